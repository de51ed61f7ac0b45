on dispatch(handlerName, argValues)
	if handlerName is "send_text" then return send_text(item 1 of argValues, item 2 of argValues)
	error "There is no handler " & handlerName number -1708
end dispatch

-- ok, by which way | missing, where no account can send. One `send` at most is reached, whatever fails:
-- a text must not go out twice.
on send_text(recipientHandle, messageText)
	with timeout of 45 seconds
		tell application "Messages"
			-- A conversation that is already there knows by which service this person is reached.
			set knownChat to ""
			repeat with chatPrefix in {"any;-;", "iMessage;-;", "SMS;-;", "RCS;-;"}
				try
					if exists chat id ((contents of chatPrefix) & recipientHandle) then
						set knownChat to (contents of chatPrefix) & recipientHandle
						exit repeat
					end if
				end try
			end repeat
			if knownChat is not "" then
				send messageText to chat id knownChat
				return {"ok", "conversation"}
			end if
			-- SMS reaches every phone, iMessage only Apple's; a refusal by iMessage is not reported to scripts.
			if recipientHandle does not contain "@" then
				set smsAccounts to (every account whose service type is SMS and enabled is true)
				if smsAccounts is not {} then
					send messageText to participant recipientHandle of (item 1 of smsAccounts)
					return {"ok", "SMS"}
				end if
			end if
			set iMessageAccounts to (every account whose service type is iMessage and enabled is true)
			if iMessageAccounts is {} then return {"missing"}
			send messageText to participant recipientHandle of (item 1 of iMessageAccounts)
			return {"ok", "iMessage"}
		end tell
	end timeout
end send_text

on dispatch(handlerName, argValues)
	if handlerName is "compose_draft" then return compose_draft(item 1 of argValues, item 2 of argValues, item 3 of argValues, item 4 of argValues, item 5 of argValues)
	if handlerName is "reply_draft" then return reply_draft(item 1 of argValues, item 2 of argValues, item 3 of argValues)
	if handlerName is "forward_draft" then return forward_draft(item 1 of argValues, item 2 of argValues, item 3 of argValues, item 4 of argValues)
	if handlerName is "close_draft" then return close_draft(item 1 of argValues, item 2 of argValues)
	error "There is no handler " & handlerName number -1708
end dispatch

-- ok, id of the draft
on compose_draft(toAddresses, ccAddresses, subjectText, bodyText, attachmentPaths)
	with timeout of 45 seconds
		tell application "Mail"
			set newDraft to make new outgoing message with properties {subject:subjectText, content:bodyText & linefeed, visible:true}
		end tell
		my address_draft(newDraft, toAddresses, ccAddresses)
		my attach_files(newDraft, attachmentPaths)
		tell application "Mail"
			activate
			return {"ok", (id of newDraft) as text}
		end tell
	end timeout
end compose_draft

-- ok, id of the draft, sender and subject of the message answered | missing | several, how many
on reply_draft(ccAddresses, bodyText, attachmentPaths)
	with timeout of 45 seconds
		tell application "Mail"
			set chosenMessages to selection
			if chosenMessages is missing value or chosenMessages is {} then return {"missing"}
			if (count of chosenMessages) > 1 then return {"several", (count of chosenMessages)}
			set oldMessage to item 1 of chosenMessages
			-- Writing to a draft's content wipes the quotation that Mail shows in an open window and does not
			-- let scripts see, so the draft is made unseen and the quotation is written along.
			set newDraft to reply oldMessage opening window false reply to all false
			set wroteLine to (sender of oldMessage) & ":"
			set content of newDraft to bodyText & linefeed & linefeed & wroteLine & linefeed & my quoted(content of oldMessage)
			set messageFacts to {my plain(sender of oldMessage), my plain(subject of oldMessage)}
		end tell
		my address_draft(newDraft, {}, ccAddresses)
		my attach_files(newDraft, attachmentPaths)
		tell application "Mail"
			set visible of newDraft to true
			activate
			return {"ok", (id of newDraft) as text} & messageFacts
		end tell
	end timeout
end reply_draft

-- ok, id of the draft, sender and subject of the message passed on, number of its attachments | missing | several, how many
on forward_draft(toAddresses, ccAddresses, bodyText, attachmentPaths)
	with timeout of 45 seconds
		tell application "Mail"
			set chosenMessages to selection
			if chosenMessages is missing value or chosenMessages is {} then return {"missing"}
			if (count of chosenMessages) > 1 then return {"several", (count of chosenMessages)}
			set oldMessage to item 1 of chosenMessages
			set messageFacts to {my plain(sender of oldMessage), my plain(subject of oldMessage), (count of mail attachments of oldMessage)}
			if bodyText is "" then
				-- Nothing to add: what Mail itself puts into a forward stays whole, attachments and all.
				set newDraft to forward oldMessage opening window true
			else
				set newDraft to forward oldMessage opening window false
				set messageHead to (sender of oldMessage) & linefeed & (subject of oldMessage)
				set content of newDraft to bodyText & linefeed & linefeed & my quoted(messageHead & linefeed & linefeed & (content of oldMessage))
			end if
		end tell
		my address_draft(newDraft, toAddresses, ccAddresses)
		my attach_files(newDraft, attachmentPaths)
		tell application "Mail"
			set visible of newDraft to true
			activate
			return {"ok", (id of newDraft) as text} & messageFacts
		end tell
	end timeout
end forward_draft

-- ok | missing
on close_draft(draftIdentifier, keepCopy)
	with timeout of 45 seconds
		tell application "Mail"
			set openDrafts to (every outgoing message whose id is (draftIdentifier as integer))
			if openDrafts is {} then return {"missing"}
			if keepCopy then
				close (item 1 of openDrafts) saving yes
			else
				close (item 1 of openDrafts) saving no
			end if
		end tell
	end timeout
	return {"ok"}
end close_draft

on address_draft(newDraft, toAddresses, ccAddresses)
	tell application "Mail"
		repeat with oneAddress in toAddresses
			make new to recipient at end of to recipients of newDraft with properties {address:(contents of oneAddress)}
		end repeat
		repeat with oneAddress in ccAddresses
			make new cc recipient at end of cc recipients of newDraft with properties {address:(contents of oneAddress)}
		end repeat
	end tell
end address_draft

on attach_files(newDraft, attachmentPaths)
	repeat with onePath in attachmentPaths
		set attachedFile to (POSIX file (contents of onePath)) as alias
		tell application "Mail"
			tell content of newDraft
				make new attachment with properties {file name:attachedFile} at after last paragraph
			end tell
		end tell
	end repeat
end attach_files

on quoted(wholeText)
	set cleanText to my replaced(wholeText as text, return & linefeed, linefeed)
	set cleanText to my replaced(cleanText, return, linefeed)
	return "> " & my replaced(cleanText, linefeed, linefeed & "> ")
end quoted

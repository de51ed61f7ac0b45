on dispatch(handlerName, argValues)
	if handlerName is "list_names" then return list_names()
	if handlerName is "create_reminder" then return create_reminder(item 1 of argValues, item 2 of argValues, item 3 of argValues, item 4 of argValues, item 5 of argValues, item 6 of argValues)
	if handlerName is "reminder_facts" then return reminder_facts(item 1 of argValues)
	if handlerName is "delete_reminder" then return delete_reminder(item 1 of argValues)
	error "There is no handler " & handlerName number -1708
end dispatch

-- ok, id of the default list, then for each list: account name, list name, list id
on list_names()
	with timeout of 45 seconds
		tell application "Reminders"
			set answerList to {"ok", id of default list}
			repeat with oneList in lists
				set accountTitle to ""
				try
					set accountTitle to name of container of oneList
				end try
				set answerList to answerList & {accountTitle, name of oneList, id of oneList}
			end repeat
		end tell
	end timeout
	return answerList
end list_names

-- ok, id, facts
on create_reminder(reminderTitle, dueParts, reminderText, listIdentifier, priorityNumber, wholeDay)
	with timeout of 45 seconds
		tell application "Reminders"
			set newFacts to {name:reminderTitle, priority:priorityNumber}
			if reminderText is not "" then set newFacts to newFacts & {body:reminderText}
			if dueParts is not {} then
				set dueMoment to my moment(dueParts)
				if wholeDay then
					set newFacts to newFacts & {allday due date:dueMoment}
				else
					-- The due date alone shows a time; the second one rings.
					set newFacts to newFacts & {due date:dueMoment, remind me date:dueMoment}
				end if
			end if
			set newReminder to make new reminder at end of reminders of (list id listIdentifier) with properties newFacts
			set reminderIdentifier to id of newReminder
		end tell
	end timeout
	set reminderFacts to {}
	try
		set reminderFacts to rest of my reminder_facts(reminderIdentifier)
	end try
	return {"ok", reminderIdentifier} & reminderFacts
end create_reminder

-- ok, what a person can change in a reminder | missing
on reminder_facts(reminderIdentifier)
	with timeout of 45 seconds
		tell application "Reminders"
			if not (exists reminder id reminderIdentifier) then return {"missing"}
			set oneReminder to reminder id reminderIdentifier
			return {"ok", my plain(name of oneReminder), my plain(body of oneReminder), my stamp(due date of oneReminder), my stamp(remind me date of oneReminder), (priority of oneReminder), (completed of oneReminder) as text}
		end tell
	end timeout
end reminder_facts

-- ok | missing
on delete_reminder(reminderIdentifier)
	with timeout of 45 seconds
		tell application "Reminders"
			if not (exists reminder id reminderIdentifier) then return {"missing"}
			delete reminder id reminderIdentifier
		end tell
	end timeout
	return {"ok"}
end delete_reminder

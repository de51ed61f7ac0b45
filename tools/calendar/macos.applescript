on dispatch(handlerName, argValues)
	if handlerName is "calendar_names" then return calendar_names()
	if handlerName is "create_event" then return create_event(item 1 of argValues, item 2 of argValues, item 3 of argValues, item 4 of argValues, item 5 of argValues, item 6 of argValues, item 7 of argValues, item 8 of argValues, item 9 of argValues)
	if handlerName is "event_facts" then return event_facts(item 1 of argValues, item 2 of argValues)
	if handlerName is "delete_event" then return delete_event(item 1 of argValues, item 2 of argValues)
	error "There is no handler " & handlerName number -1708
end dispatch

-- ok, then for each calendar in its order: name, "true" where it can be written
on calendar_names()
	set answerList to {"ok"}
	with timeout of 45 seconds
		tell application "Calendar"
			repeat with oneCalendar in calendars
				set answerList to answerList & {name of oneCalendar, (writable of oneCalendar) as text}
			end repeat
		end tell
	end timeout
	return answerList
end calendar_names

-- ok, uid, number of invitees left out, their addresses, facts | changed
on create_event(eventTitle, startParts, endParts, wholeDay, eventPlace, eventText, inviteeAddresses, calendarIndex, calendarTitle)
	set startMoment to my moment(startParts)
	set endMoment to my moment(endParts)
	set leftOut to {}
	with timeout of 45 seconds
		tell application "Calendar"
			set targetCalendar to calendar calendarIndex
			if name of targetCalendar is not calendarTitle then return {"changed"}
			set newEvent to make new event at end of events of targetCalendar with properties {summary:eventTitle, start date:startMoment, end date:endMoment, allday event:wholeDay, location:eventPlace, description:eventText}
			set eventIdentifier to uid of newEvent
			-- The event stands by now: a server that takes no attendees must not make it look as if it did not.
			repeat with inviteeAddress in inviteeAddresses
				try
					make new attendee at end of attendees of newEvent with properties {email:(contents of inviteeAddress)}
				on error
					set end of leftOut to (contents of inviteeAddress)
				end try
			end repeat
		end tell
	end timeout
	set eventFacts to {}
	try
		set eventFacts to rest of my event_facts(calendarTitle, eventIdentifier)
	end try
	return {"ok", eventIdentifier, (count of leftOut)} & leftOut & eventFacts
end create_event

-- ok, what a person can change in an event | missing
on event_facts(calendarTitle, eventIdentifier)
	with timeout of 45 seconds
		tell application "Calendar"
			repeat with oneCalendar in (every calendar whose name is calendarTitle)
				repeat with oneEvent in (every event of oneCalendar whose uid is eventIdentifier)
					return {"ok", my plain(summary of oneEvent), my stamp(start date of oneEvent), my stamp(end date of oneEvent), (allday event of oneEvent) as text, my plain(location of oneEvent), my plain(description of oneEvent), my plain(recurrence of oneEvent), my plain(url of oneEvent), (count of attendees of oneEvent), (count of display alarms of oneEvent)}
				end repeat
			end repeat
		end tell
	end timeout
	return {"missing"}
end event_facts

-- ok | missing
on delete_event(calendarTitle, eventIdentifier)
	with timeout of 45 seconds
		tell application "Calendar"
			repeat with oneCalendar in (every calendar whose name is calendarTitle)
				repeat with oneEvent in (every event of oneCalendar whose uid is eventIdentifier)
					delete (contents of oneEvent)
					return {"ok"}
				end repeat
			end repeat
		end tell
	end timeout
	return {"missing"}
end delete_event

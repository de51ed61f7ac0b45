on dispatch(handlerName, argValues)
	if handlerName is "find_people" then return find_people(item 1 of argValues)
	if handlerName is "related_names" then return related_names()
	error "There is no handler " & handlerName number -1708
end dispatch

-- ok, then for each person whose names contain the word: name, first name, last name, nickname, organization,
-- number of phones, label and value of each, number of e-mail addresses, label and value of each
on find_people(nameWord)
	set answerList to {"ok"}
	with timeout of 45 seconds
		tell application "Contacts"
			repeat with onePerson in (every person whose name contains nameWord or nickname contains nameWord or organization contains nameWord)
				set answerList to answerList & {my plain(name of onePerson), my plain(first name of onePerson), my plain(last name of onePerson), my plain(nickname of onePerson), my plain(organization of onePerson)}
				set end of answerList to (count of phones of onePerson)
				repeat with onePhone in phones of onePerson
					set answerList to answerList & {my plain(label of onePhone), my plain(value of onePhone)}
				end repeat
				set end of answerList to (count of emails of onePerson)
				repeat with oneEmail in emails of onePerson
					set answerList to answerList & {my plain(label of oneEmail), my plain(value of oneEmail)}
				end repeat
			end repeat
		end tell
	end timeout
	return answerList
end find_people

-- ok, then for each relation on the person's own card: label, name
on related_names()
	set answerList to {"ok"}
	with timeout of 45 seconds
		tell application "Contacts"
			if my card is missing value then return answerList
			repeat with oneRelation in related names of my card
				set answerList to answerList & {my plain(label of oneRelation), my plain(value of oneRelation)}
			end repeat
		end tell
	end timeout
	return answerList
end related_names

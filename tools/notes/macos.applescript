on dispatch(handlerName, argValues)
	if handlerName is "folder_names" then return folder_names()
	if handlerName is "create_note" then return create_note(item 1 of argValues, item 2 of argValues)
	if handlerName is "find_notes" then return find_notes(item 1 of argValues, item 2 of argValues, item 3 of argValues)
	if handlerName is "note_body" then return note_body(item 1 of argValues)
	if handlerName is "set_note_body" then return set_note_body(item 1 of argValues, item 2 of argValues)
	if handlerName is "show_note" then return show_note(item 1 of argValues)
	if handlerName is "delete_note" then return delete_note(item 1 of argValues)
	error "There is no handler " & handlerName number -1708
end dispatch

-- ok, then for each folder of each account: account name, folder name, folder id
on folder_names()
	set answerList to {"ok"}
	with timeout of 45 seconds
		tell application "Notes"
			repeat with oneAccount in accounts
				set answerList to answerList & my folder_rows(name of oneAccount, folders of oneAccount)
			end repeat
		end tell
	end timeout
	return answerList
end folder_names

on folder_rows(accountTitle, someFolders)
	set answerList to {}
	tell application "Notes"
		repeat with oneFolder in someFolders
			set answerList to answerList & {accountTitle, name of oneFolder, id of oneFolder}
			set answerList to answerList & my folder_rows(accountTitle, folders of oneFolder)
		end repeat
	end tell
	return answerList
end folder_rows

-- ok, id, folder name, body as Notes keeps it
on create_note(noteHTML, folderIdentifier)
	with timeout of 45 seconds
		tell application "Notes"
			if folderIdentifier is "" then
				set newNote to make new note with properties {body:noteHTML}
			else
				set newNote to make new note at folder id folderIdentifier with properties {body:noteHTML}
			end if
			return {"ok", id of newNote, name of container of newNote, body of newNote}
		end tell
	end timeout
end create_note

-- ok, then for each note of that name (or whose name contains it): id, name, folder name
on find_notes(noteTitle, folderIdentifier, wholeName)
	set answerList to {"ok"}
	with timeout of 45 seconds
		tell application "Notes"
			if folderIdentifier is "" then
				if wholeName then
					set foundNotes to (every note whose name is noteTitle)
				else
					set foundNotes to (every note whose name contains noteTitle)
				end if
			else
				if wholeName then
					set foundNotes to (every note of folder id folderIdentifier whose name is noteTitle)
				else
					set foundNotes to (every note of folder id folderIdentifier whose name contains noteTitle)
				end if
			end if
			repeat with oneNote in foundNotes
				set folderTitle to ""
				try
					set folderTitle to name of container of oneNote
				end try
				set answerList to answerList & {id of oneNote, name of oneNote, folderTitle}
			end repeat
		end tell
	end timeout
	return answerList
end find_notes

-- ok, name, body, number of attachments | missing
on note_body(noteIdentifier)
	with timeout of 45 seconds
		tell application "Notes"
			if not (exists note id noteIdentifier) then return {"missing"}
			set oneNote to note id noteIdentifier
			return {"ok", name of oneNote, my plain(body of oneNote), (count of attachments of oneNote)}
		end tell
	end timeout
end note_body

-- ok, body as Notes keeps it | missing
on set_note_body(noteIdentifier, noteHTML)
	with timeout of 45 seconds
		tell application "Notes"
			if not (exists note id noteIdentifier) then return {"missing"}
			set body of note id noteIdentifier to noteHTML
			return {"ok", body of note id noteIdentifier}
		end tell
	end timeout
end set_note_body

on show_note(noteIdentifier)
	with timeout of 45 seconds
		tell application "Notes"
			show note id noteIdentifier
			activate
		end tell
	end timeout
	return {"ok"}
end show_note

-- ok | missing
on delete_note(noteIdentifier)
	with timeout of 45 seconds
		tell application "Notes"
			if not (exists note id noteIdentifier) then return {"missing"}
			delete note id noteIdentifier
		end tell
	end timeout
	return {"ok"}
end delete_note

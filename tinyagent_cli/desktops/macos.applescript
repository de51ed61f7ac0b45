-- Shared by every script of the desktop: it stands before the app's own script, which supplies `dispatch`.
-- Arguments arrive as data, never as script text. What a handler answers is a flat list of texts whose
-- first item is a status ("ok", "missing", "several", "changed").

-- osascript passes texts only, so each value carries its type before it and a list its length:
--   handler {"text" value | "number" digits | "flag" "true"/"false" | "list" count value...}
on run argv
	set handlerName to item 1 of argv
	set argValues to {}
	set argIndex to 2
	repeat while argIndex <= (count of argv)
		set argType to item argIndex of argv
		if argType is "list" then
			set howMany to (item (argIndex + 1) of argv) as integer
			if howMany is 0 then
				set end of argValues to {}
			else
				set end of argValues to items (argIndex + 2) thru (argIndex + 1 + howMany) of argv
			end if
			set argIndex to argIndex + 2 + howMany
		else
			set argValue to item (argIndex + 1) of argv
			if argType is "number" then set argValue to argValue as integer
			if argType is "flag" then set argValue to (argValue is "true")
			set end of argValues to argValue
			set argIndex to argIndex + 2
		end if
	end repeat
	return my written(my dispatch(handlerName, argValues))
end run

-- One line an item, line breaks and backslashes escaped: osascript's own form of a list is ambiguous.
on written(answerList)
	set answerLines to {}
	repeat with answerItem in answerList
		set oneLine to my replaced((contents of answerItem) as text, "\\", "\\\\")
		set oneLine to my replaced(oneLine, return & linefeed, "\\r\\n")
		set oneLine to my replaced(oneLine, linefeed, "\\n")
		set oneLine to my replaced(oneLine, return, "\\r")
		set end of answerLines to oneLine
	end repeat
	set savedDelimiters to AppleScript's text item delimiters
	set AppleScript's text item delimiters to linefeed
	set answerText to answerLines as text
	set AppleScript's text item delimiters to savedDelimiters
	return answerText
end written

on replaced(wholeText, oldText, newText)
	considering case, diacriticals, hyphens, punctuation and white space
		set savedDelimiters to AppleScript's text item delimiters
		set AppleScript's text item delimiters to oldText
		set textParts to text items of wholeText
		set AppleScript's text item delimiters to newText
		set changedText to textParts as text
		set AppleScript's text item delimiters to savedDelimiters
	end considering
	return changedText
end replaced

-- {year, month, day, seconds since midnight} -> date. Never by way of text: that depends on the region.
-- The day is 1 while the month changes, or the 31st would spill into the next one.
on moment(momentParts)
	set builtDate to current date
	set time of builtDate to 0
	set day of builtDate to 1
	set year of builtDate to (item 1 of momentParts) as integer
	set month of builtDate to (item 2 of momentParts) as integer
	set day of builtDate to (item 3 of momentParts) as integer
	set time of builtDate to (item 4 of momentParts) as integer
	return builtDate
end moment

-- A date as text that is the same in every region; empty where there is none.
on stamp(someDate)
	if someDate is missing value then return ""
	set monthNumber to (month of someDate) as integer
	return ((year of someDate) as text) & "-" & monthNumber & "-" & (day of someDate) & "-" & (time of someDate)
end stamp

on plain(someValue)
	if someValue is missing value then return ""
	return someValue as text
end plain

-- number.lua - a figure in the text, taken from a recording.
--
--   [bench-x86: round-trip user]{.n}     the number behind these words, in
--                                        book/transcripts/bench-x86.txt
--   [bench-x86: CPUID ... each]{.n}      the number before "each", in the line
--                                        with the first words
--   [tests/slow/bench-kvm.txt: x86_64 user]{.n}     in another file
--   [A - B]{.n}                          one figure less another
--
-- What begins with 0x, an address, is shown as code.
local util = require 'util'
local number = {}

local function path_of(name)
	return name:find('/') and name or 'book/transcripts/' .. name .. '.txt'
end

local function plain(text)
	return (text:gsub('%W', '%%%0'))
end

--- The number that "FILE: words" means; or nil and why not.
local function read(spec)
	local name, words = spec:match('^%s*([%w./_-]+):%s+(.-)%s*$')
	local text = name and util.read(path_of(name))
	if not text then return nil, 'no recording "' .. (name or spec) .. '"' end
	local first, last = words:match('^(.-) %.%.%. (.*)$')
	for _, line in ipairs(util.lines(text)) do
		local found
		if first and line:find(first, 1, true) then
			found = line:match('(%d+)%s*' .. plain(last))
		elseif not first then
			found = line:match(plain(words) .. '[%s=:]+(0x%x+)')
			if found then return found end
			found = line:match(plain(words) .. '[%s=:]+(%d+)')
		end
		if found then return tonumber(found) end
	end
	return nil, path_of(name) .. ' has no number at "' .. words .. '"'
end

--- 1074 as "1,074".
function number.commas(n)
	local text, more = string.format('%d', n), nil
	repeat
		text, more = text:gsub('^(%d+)(%d%d%d)', '%1,%2')
	until more == 0
	return text
end

--- The text for a span, a number or a string; or nil and why not.
function number.text(spec)
	local left, right = spec:match('^(.-)%s+%-%s+(.*)$')
	local a, why = read(left or spec)
	if type(a) == 'string' then return a, nil, true end
	if not a or not left then return a and number.commas(a), why end
	local b
	b, why = read(right)
	return b and number.commas(a - b), why
end

return number

-- util.lua - errors with file and line, files, HTML text.
local util = { errors = 0 }

local files = {}

--- The whole text of a file, or nil.
function util.read(path)
	if files[path] == nil then
		local f = io.open(path, 'rb')
		files[path] = f and f:read('a') or false
		if f then f:close() end
	end
	return files[path] or nil
end

--- Write a file, making its folder.
function util.write(path, text)
	local f = io.open(path, 'wb')
	if not f then
		pandoc.pipe('mkdir', { '-p', path:match('^(.*)/') }, '')
		f = assert(io.open(path, 'wb'))
	end
	f:write(text)
	f:close()
end

--- A text as JSON that may stand in a page.
function util.json(text)
	return '"' .. text:gsub('[%c"\\]', function(c)
		return string.format('\\u%04x', c:byte())
	end):gsub('<', '\\u003c') .. '"'
end

--- The attribute id, if there is a name.
function util.id_attr(id)
	return id ~= '' and ' id="' .. util.id(id) .. '"' or ''
end

--- Lines of a text, without their ends.
function util.lines(text)
	local out = {}
	for line in (text:gsub('\n?$', '\n')):gmatch('(.-)\n') do
		out[#out + 1] = line
	end
	return out
end

--- The line number of the nth (default: first) place of a plain text.
function util.line_of(text, needle, nth)
	local at = 1
	for _ = 1, nth or 1 do
		local found = text:find(needle, at, true)
		if not found then return nil end
		at = found + 1
	end
	return select(2, text:sub(1, at - 1):gsub('\n', '')) + 1
end

--- Every line with a plain text, as "12, 40".
local function lines_with(text, needle)
	local out = {}
	for n, line in ipairs(util.lines(text)) do
		if line:find(needle, 1, true) then out[#out + 1] = n end
	end
	return #out > 0 and table.concat(out, ',')
end

local told = {}

--- Report an error at the line with one of the needles, the first that is
--- there: Pandoc tells no line numbers, but the text does.
function util.fail(chapter, needles, fmt, ...)
	local text, line = util.read(chapter) or '', nil
	for _, needle in ipairs(needles) do
		needle = needle:match('^[^\n]*')
		line = line or (needle ~= '' and lines_with(text, needle))
	end
	local message = string.format('%s:%s: %s\n', chapter, line or '1',
		string.format(fmt, ...))
	if told[message] then return end
	told[message] = true
	util.errors = util.errors + 1
	io.stderr:write(message)
end

function util.escape(text)
	return (text:gsub('[&<>"]', {
		['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;',
		['"'] = '&quot;' }))
end

--- Plain words of the sources as HTML: `code` becomes typewriter, quotation
--- marks and apostrophes become those of print, as Pandoc makes them.
function util.words(text)
	local code = true
	return ((util.escape(text) .. '`'):gsub('([^`]*)`', function(words)
		code = not code
		if code then return '<code>' .. words .. '</code>' end
		return (words:gsub('&quot;(.-)&quot;', '“%1”'):gsub("(%w)'", '%1’'))
	end))
end

--- The marks of print as they are typed: what is looked up or searched.
function util.typed(text)
	return (text:gsub('‘', "'"):gsub('’', "'"):gsub('“', '"'):gsub('”', '"'):gsub('…', '...'))
end

--- Identifiers: a colon is no part of an XML name.
function util.id(name)
	return (name:gsub(':', '-'))
end

function util.slug(text)
	return (util.typed(text):lower():gsub('[^%w]+', '-'):gsub('^-+', ''):gsub('-+$', ''))
end

--- Blocks of Markdown text.
function util.blocks(markdown)
	return pandoc.read(markdown, 'markdown').blocks
end

function util.html(blocks)
	return pandoc.write(pandoc.Pandoc(blocks), 'html5')
end

function util.raw(html)
	return pandoc.RawBlock('html', html)
end

function util.raw_inline(html)
	return pandoc.RawInline('html', html)
end

--- Split "a,b c" into a set and a list.
function util.set(text)
	local set, list = {}, {}
	for word in text:gmatch('[^,%s]+') do
		set[word] = true
		list[#list + 1] = word
	end
	return set, list
end

return util

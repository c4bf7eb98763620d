-- source.lua - parts of source files: by anchor, by text, with colours.
local util = require 'util'
local source = {}

local function mark_of(line)
	return line:match('^%s*[/#][/*]?%s*(%a+): ([%w_-]+)%s*%*?/?%s*$')
end

--- Is this line nothing but "anchor: NAME" or "end: NAME" in a comment?
local function is_mark(line)
	local kind = mark_of(line)
	return kind == 'anchor' or kind == 'end'
end
source.is_mark = is_mark

--- Does a line have a text?  Tabs are as good as a blank; make.lua put a mark
--- where the text begins with one.
function source.has(line, text)
	return (line:gsub('\t+', ' ')):find(
		(text:gsub('\u{2420}', ' '):gsub('\t+', ' ')), 1, true)
end

--- The one line with a text, from a line on; or nil and why.
local function find(lines, text, first, unique)
	local found
	for n = first, #lines do
		if source.has(lines[n], text) then
			if found then
				return nil, string.format(
					'"%s" stands in line %d and in line %d',
					text, found, n)
			end
			found = n
			if not unique then return n end
		end
	end
	return found, string.format('no line has "%s"', text)
end
source.find = find

local function by_anchor(lines, anchor)
	local first, last
	for n, line in ipairs(lines) do
		local kind, name = mark_of(line)
		if name == anchor and kind == 'anchor' then
			if first then return nil, 'anchor "' .. anchor .. '" is there twice' end
			first = n
		elseif name == anchor and kind == 'end' then
			last = last or n
		end
	end
	if not first then return nil, 'there is no anchor "' .. anchor .. '"' end
	if not last or last < first then
		return nil, 'anchor "' .. anchor .. '" has no end'
	end
	return first + 1, last - 1
end

--- First and last line of a part; or nil and why.
function source.part(lines, attr)
	if attr.anchor then return by_anchor(lines, attr.anchor) end
	local first, last, why = 1, #lines, nil
	if attr.from then
		first, why = find(lines, attr.from, 1, true)
		if not first then return nil, why end
	elseif attr.body then
		for n, line in ipairs(lines) do
			if line:find('*/', 1, true) then first = n + 1 break end
		end
	end
	if attr.to == '}' then -- of a function: a line that begins with it
		last = first
		while last < #lines and lines[last]:sub(1, 1) ~= '}' do
			last = last + 1
		end
	elseif attr.to then
		last, why = find(lines, attr.to, first, false)
		if not last then return nil, why end
	end
	return first, last
end

--- {number, text} of each shown line, tabs laid out, without common indent.
function source.cut(lines, first, last)
	local rows, indent = {}, 1000
	for n = first, last do
		if not is_mark(lines[n]) then
			local text = lines[n]
			while text:find('\t') do
				local at = text:find('\t')
				text = text:sub(1, at - 1) ..
					(' '):rep(8 - (at - 1) % 8) ..
					text:sub(at + 1)
			end
			text = text:gsub('%s+$', '')
			if text ~= '' then
				indent = math.min(indent, #text:match('^ *'))
			end
			rows[#rows + 1] = { n, text }
		end
	end
	while rows[1] and rows[1][2] == '' do table.remove(rows, 1) end
	while rows[1] and rows[#rows][2] == '' do table.remove(rows) end
	for _, row in ipairs(rows) do row[2] = row[2]:sub(indent + 1) end
	return rows
end

-- --- colours --------------------------------------------------------------------
local KEYWORDS = util.set [[ auto break case char const continue default do
	double else enum extern float for goto if inline int long register
	return short signed sizeof static struct switch typedef union unsigned
	void volatile while bool true false u8 u16 u32 u64 s8 s16 s32 s64
	uint8_t uint16_t uint32_t uint64_t size_t NULL _Static_assert
	_Noreturn asm ]]

local function span(class, text)
	return '<span class="' .. class .. '">' .. util.escape(text) .. '</span>'
end

--- One piece at a time: {pattern, class}; the first that fits is taken.
local PIECES = {
	c = { { '^//.*', 'cm' }, { '^"[^"]*"', 'st' }, { "^'\\?.'", 'st' },
	      { '^#%s*%a+', 'pp' }, { '^0x%x+', 'nu' }, { '^%d[%w]*', 'nu' },
	      { '^[%a_][%w_]*', 'word' } },
	asm = { { '^//.*', 'cm' }, { '^"[^"]*"', 'st' }, { '^#%a+%f[%A]', 'pp' },
		{ '^[%a_.][%w_.]*:', 'lb' }, { '^%.%a+', 'pp' },
		{ '^%%[%a][%w]*', 'rg' }, { '^0x%x+', 'nu' },
		{ '^%d+', 'nu' }, { '^[%a_][%w_.]*', 'plain' } },
	sh = { { '^#.*', 'cm' }, { '^"[^"]*"', 'st' }, { "^'[^']*'", 'st' },
	       { '^[%a_][%w_]*', 'plain' } },
	text = {},
}

local LANGUAGE = { c = 'c', h = 'c', def = 'c', S = 'asm', ld = 'c', sh = 'sh',
		   py = 'sh', mk = 'sh', Makefile = 'sh' }

function source.language(path)
	local last = path:match('[^/]*$')
	return LANGUAGE[last:match('%.(%w+)$') or last] or 'text'
end

local function piece(text, at, language)
	for _, p in ipairs(PIECES[language]) do
		local found = text:match(p[1], at)
		if found then return found, p[2] end
	end
	return text:sub(at, at), 'plain'
end

--- HTML of one line.  `state.comment` tells of an open comment.
function source.colour(text, language, state)
	local out, at = {}, 1
	while at <= #text do
		local word, class
		if language ~= 'text' and language ~= 'sh' and
		   (state.comment or text:find('^/%*', at)) then
			local from = state.comment and at or at + 2
			local _, stop = text:find('*/', from, true)
			word, class = text:sub(at, stop or #text), 'cm'
			state.comment = not stop
		else
			word, class = piece(text, at, language)
		end
		if class == 'word' then
			class = KEYWORDS[word] and 'kw' or 'plain'
		end
		out[#out + 1] = class == 'plain' and util.escape(word) or
			span(class, word)
		at = at + #word
	end
	return table.concat(out)
end

--- The line where a name is defined, or else first stands.
function source.definition(lines, name)
	local first
	for n, line in ipairs(lines) do
		if line:find('^[%w_ *]*%f[%w_]' .. name:gsub('%W', '%%%0') .. '%f[^%w_]') and
		   not line:find(';%s*$') and line:find('^%a') then
			return n
		end
		first = first or (line:find(name, 1, true) and n)
	end
	return first
end

return source

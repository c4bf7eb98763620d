-- generated.lua - what is made of the whole book: the Rosetta tables, the
-- index, the references to the manuals, the failures of a VM entry.
local util = require 'util'
local refs = require 'refs'
local deftable = require 'deftable'
local tables = require 'tables'
local generated = {}

--- STEP(A1, "KVM's function", "ours", "file", "what", "why", "without it")
local function steps()
	local text = util.read('book/rosetta.def')
	return text and deftable.rows('\n' .. text) or {}
end

--- {"A1": "what, and why"...}, for the stepping view.
function generated.steps_json()
	local out = {}
	for n, row in ipairs(steps()) do
		out[n] = util.json(row[1]) .. ': ' .. util.json(row[5] .. ' ' .. row[6])
	end
	return '{' .. table.concat(out, ',\n') .. '}'
end

--- Before rendering: which step rows and glossary words can be linked to?
function generated.prepare(list)
	for _, chapter in ipairs(list) do
		chapter.doc:walk { CodeBlock = function(el)
			if el.attributes.what ~= 'rosetta' then return end
			for _, row in ipairs(steps()) do
				local part = el.attributes.part
				if row[1]:sub(1, 1) == part then
					refs.define(chapter, 'row:' .. row[1], { kind = 'row' })
				end
			end
		end, DefinitionList = function(el)
			if chapter.name ~= 'app-glossary' then return end
			for _, item in ipairs(el.content) do
				local term = pandoc.utils.stringify(item[1])
				for word in (term .. ','):gmatch('%s*(.-)%s*,') do
					refs.define(chapter, 'gloss:' .. util.slug(word), { kind = 'gloss' })
				end
			end
		end }
	end
end

local function render() return require 'render' end

--- "3.2" with a link, for each place of a list.
local function places(chapter, list)
	local out, seen = {}, {}
	for _, mark in ipairs(list or {}) do
		local s = mark.section
		local text = s and (s.number or s.title) or mark.chapter.title
		if mark.chapter.appendix and not s.number then text = mark.chapter.title end
		if not seen[text] or render().target == 'pdf' then
			seen[text] = true
			out[#out + 1] = '<a class="place" href="' ..
				refs.href(render().target, chapter, mark) .. '">' .. util.escape(text) .. '</a>'
		end
	end
	return table.concat(out, ', ')
end

--- The functions of a file that the row names, each with a link.
local function ours(row)
	local path = row[4]
	if path == '' then return util.words(row[3]) end
	local text = util.read(path)
	if not text then return util.words(row[3]) .. '<br/><code>' .. util.escape(path) .. '</code>' end
	local line = util.line_of(text, row[3])
	return '<code>' .. util.escape(row[3]):gsub('_', '_<wbr/>') .. '</code><br/>' ..
		render().source_link(path, line, path:gsub('^stages/', ''))
end

--- What was observed without the step.
local function without(chapter, row)
	local key = (row[7] or ''):match('^@(.*)')
	if not key then return util.words(row[7] or '') end
	local seen = deftable.without(row[4], key:gsub('\t', ' '))
	if seen == '' then
		util.fail('book/rosetta.def', { row[7] }, '%s: make mutate never deleted "%s" in %s',
			row[1], key, row[4])
	end
	return util.escape(seen)
end

--- KVM's functions: those of the row's version, and those of Linux 6.1.
local function kvms(row)
	local old, new = row[2]:match('^(.-); 6%.1: (.*)$')
	local function code(label, names)
		if not names or names == '' then return '' end
		return '<i>' .. label .. ':</i> <code>' .. util.escape(names):gsub('_', '_<wbr/>') .. '</code><br/>'
	end
	return code('KVM', old or row[2]) .. code('6.1', new)
end

local function questions(chapter)
	local out = {}
	for _, row in ipairs(steps()) do
		if row[1]:sub(1, 1) == 'Q' then
			out[#out + 1] = { '<b id="row-' .. row[1] .. '">' .. row[1] .. '</b>',
				util.words(row[5]), ours(row), places(chapter, refs.marks[row[1]]) }
		end
	end
	return tables.html_table({ 'no.', 'question', 'the place', 'answered in' }, out,
		{ class = 'rosetta' })
end

local function rosetta(chapter, el)
	if el.attributes.part == 'Q' then return questions(chapter) end
	local out = {}
	for _, row in ipairs(steps()) do
		if row[1]:sub(1, 1) == el.attributes.part then
			local why = row[6] ~= '' and '<br/><span class="why">' .. util.words(row[6]) .. '</span>' or ''
			out[#out + 1] = {
				'<b id="row-' .. row[1] .. '">' .. row[1] .. '</b>',
				util.words(row[5]) .. why,
				kvms(row) .. '<i>here:</i> ' .. ours(row),
				places(chapter, refs.marks[row[1]]), without(chapter, row) }
		end
	end
	if el.attributes.part == 'B' then
		-- No mutants were made of it.
		for _, row in ipairs(out) do row[5] = nil end
		return tables.html_table({ 'step', 'what, and why', 'in KVM, and here', 'explained in' },
			out, { class = 'rosetta short' })
	end
	return tables.html_table({ 'step', 'what, and why', 'in KVM, and here',
		'explained in', 'without it' }, out, { class = 'rosetta' })
end

-- --- index ----------------------------------------------------------------------------
local function index(chapter)
	local entries, order = {}, {}
	for _, e in ipairs(refs.index) do
		if not entries[e.term] then
			entries[e.term] = {}
			order[#order + 1] = e.term
		end
		table.insert(entries[e.term], e.at)
	end
	table.sort(order, function(a, b)
		local x, y = a:lower():gsub('^%W+', ''), b:lower():gsub('^%W+', '')
		return x == y and a < b or x < y
	end)
	local out, letter = { '<div class="index">' }, nil
	for _, term in ipairs(order) do
		local first = (term:match('%w') or '#'):upper()
		if first ~= letter then
			out[#out + 1] = (letter and '</ul>' or '') .. '<p class="letter">' .. first .. '</p><ul>'
			letter = first
		end
		out[#out + 1] = '<li>' .. util.escape(term) .. ' ' .. places(chapter, entries[term]) .. '</li>'
	end
	out[#out + 1] = letter and '</ul></div>' or '</div>'
	return table.concat(out)
end

-- --- references to the manuals -----------------------------------------------------------
local function section_key(text)
	return (text:gsub('%d+', function(d) return string.format('%04d', tonumber(d)) end))
end

--- Every citation of a manual in the sources: {[section] = {[path] = line}}.
local function cited(book)
	local out = {}
	local list = pandoc.pipe('grep', { '-rnoE', '--include=*.[chS]', '--include=*.def',
		book == 'SDM' and 'SDM (chapter |appendix )?[0-9A-C][0-9.]*[0-9]' or
		'Arm ARM,? [A-K][0-9][0-9.]*[0-9]', 'lib', 'stages', 'guests' }, '')
	for _, line in ipairs(util.lines(list)) do
		local path, n, section = line:match('^(.-):(%d+):.-([%w][%d.]*)$')
		if section then
			out[section] = out[section] or {}
			out[section][path] = out[section][path] or tonumber(n)
		end
	end
	return out
end

local function manuals(chapter, el)
	local book = el.attributes.book
	local code, marks, order = cited(book), {}, {}
	for section in pairs(code) do order[#order + 1] = section end
	for _, m in ipairs(refs.manuals) do
		if m.book == book then
			if not marks[m.section] then
				marks[m.section] = {}
				if not code[m.section] then order[#order + 1] = m.section end
			end
			table.insert(marks[m.section], m.at)
		end
	end
	table.sort(order, function(a, b) return section_key(a) < section_key(b) end)
	local rows = {}
	for n, section in ipairs(order) do
		local files, names = {}, {}
		for path in pairs(code[section] or {}) do names[#names + 1] = path end
		table.sort(names)
		for i, path in ipairs(names) do
			files[i] = render().source_link(path, code[section][path],
				path:gsub('^stages/', ''))
		end
		rows[n] = { '<b>' .. util.escape(section) .. '</b>', table.concat(files, ', '),
			    places(chapter, marks[section]) }
	end
	return tables.html_table({ 'section', 'in the sources', 'in the book' }, rows,
		{ class = 'manuals' })
end

local KINDS = { rosetta = rosetta, index = index, manuals = manuals }

function generated.block(chapter, el)
	local kind = KINDS[el.attributes.what or '']
	if not kind then
		util.fail(chapter.file, { '{.generated' }, 'nothing is generated for what="%s"',
			el.attributes.what or '')
		return {}
	end
	return util.raw(kind(chapter, el))
end

return generated

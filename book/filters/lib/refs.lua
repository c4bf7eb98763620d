-- refs.lua - the first pass over a chapter: numbers, identifiers, marks.
local util = require 'util'
local refs = { all = {}, index = {}, marks = {}, manuals = {}, steps = {} }

local function define(chapter, id, entry)
	if refs.all[id] then
		util.fail(chapter.file, { '#' .. id, id },
			'#%s is defined in %s already', id, refs.all[id].file)
		return
	end
	entry.id, entry.page, entry.file = util.id(id), chapter.page, chapter.file
	refs.all[id] = entry
	return entry
end
refs.define = define

local function count(chapter, kind)
	chapter.counts[kind] = (chapter.counts[kind] or 0) + 1
	local n = tostring(chapter.counts[kind])
	return chapter.number and chapter.number .. '.' .. n or n
end

local function chapter_heading(chapter, el)
	if chapter.title then
		util.fail(chapter.file, { '# ' .. pandoc.utils.stringify(el) },
			'a file has one heading of level 1')
	end
	chapter.title = pandoc.utils.stringify(el)
	if el.classes:includes 'unnumbered' then chapter.number = nil end
	if not el.identifier:find('^ch:') then
		el.identifier = 'ch:' .. chapter.name
	end
	chapter.ref = define(chapter, el.identifier, {
		kind = chapter.appendix and 'appendix' or 'chapter',
		number = chapter.number, title = chapter.title })
end

--- An identifier for a heading that was given none.
local function own_id(chapter, el)
	local id = 'sec:' .. chapter.name .. '-' .. util.slug(pandoc.utils.stringify(el))
	while refs.all[id] do id = id .. '-2' end
	return id
end

local function heading(chapter, el)
	if el.level == 1 then
		chapter_heading(chapter, el)
	else
		local l = el.level
		chapter.levels[l] = (chapter.levels[l] or 0) + 1
		for deeper = l + 1, 6 do chapter.levels[deeper] = 0 end
		local number = chapter.number
		for level = 2, l do
			number = number and number .. '.' .. (chapter.levels[level] or 0)
		end
		if l > 3 then number = nil end
		if not el.identifier:find(':') then
			el.identifier = own_id(chapter, el)
		end
		chapter.section = define(chapter, el.identifier, {
			kind = 'section', number = number, level = l,
			title = pandoc.utils.stringify(el) })
		chapter.sections[#chapter.sections + 1] = chapter.section
	end
	local ref = refs.all[el.identifier]
	el.attributes.number = ref and ref.number
	return el
end

local KINDS = { fig = 'figure', lst = 'listing', tab = 'table' }

--- A figure, listing or table: its number, and its name if it has one.
local function numbered(chapter, kind, id)
	local number = count(chapter, kind)
	if id and id ~= '' then
		if KINDS[id:match('^(%a+):')] ~= kind then
			util.fail(chapter.file, { '#' .. id },
				'a %s is named #%s:...', kind, kind:sub(1, 3))
		end
		define(chapter, id, { kind = kind, number = number })
	end
	return number
end

local function code_block(chapter, el)
	local kind = ({ listing = 'listing', table = 'table' })[el.classes[1] or '']
	if kind and (el.identifier ~= '' or el.attributes.caption or
		     (kind == 'table' and el.text:find('%S'))) then
		el.attributes.number = numbered(chapter, kind, el.identifier)
		return el
	end
end

local function figure(chapter, el)
	local image = el.content[1]
	if #el.content ~= 1 or image.t ~= 'Image' then return end
	image.attributes.number = numbered(chapter, 'figure', image.identifier)
	return el
end

--- The caption of a Markdown table may end with {#tab:name}.
local function markdown_table(chapter, el)
	for _, column in ipairs(el.colspecs) do
		-- Pandoc gives widths where a row is long: the PDF keeps to them.
		if type(column[2]) == 'number' and not el.classes:includes 'sized' then
			el.classes:insert 'sized'
		end
	end
	local blocks = el.caption.long
	if #blocks == 0 then return el end
	local words = blocks[#blocks].content
	local id = words[#words].text and words[#words].text:match('^{#(tab:[%w_-]+)}$')
	if id then
		words:remove()
		if words[#words] and words[#words].t == 'Space' then words:remove() end
	end
	local number = numbered(chapter, 'table', id)
	words:insert(1, pandoc.Span({ pandoc.Str('Table ' .. number .. ': ') }, pandoc.Attr('', { 'no' })))
	if id then el.identifier = util.id(id) end
	return el
end

local function where(chapter, id)
	return { page = chapter.page, id = id, chapter = chapter,
		 section = chapter.section or chapter.ref }
end

local function index_entry(chapter, el)
	local term = el.attributes.term or pandoc.utils.stringify(el)
	if term == '' then
		util.fail(chapter.file, { '[]{.index}' }, 'an index entry has no words')
	end
	local id = count(chapter, 'index'):gsub('%.', '-')
	id = 'ix-' .. chapter.name .. '-' .. id
	refs.index[#refs.index + 1] = { term = term, at = where(chapter, id) }
	el.identifier = id
	return el
end

local function rosetta_mark(chapter, el)
	local step = pandoc.utils.stringify(el)
	local list = refs.marks[step] or {}
	local id = 'ros-' .. step .. (#list > 0 and '-' .. #list + 1 or '')
	list[#list + 1] = where(chapter, id)
	refs.marks[step] = list
	el.identifier = id
	return el
end

local function manual(chapter, el, book)
	local text = pandoc.utils.stringify(el)
	local section = text:match('([%w]+[%d.]*)$')
	if section then
		local id = 'man-' .. chapter.name .. '-' .. count(chapter, 'manual'):gsub('%.', '-')
		refs.manuals[#refs.manuals + 1] = {
			book = book, section = section, at = where(chapter, id) }
		el.identifier = id
	end
	return el
end

local function span(chapter, el)
	if el.classes:includes 'index' then return index_entry(chapter, el) end
	if el.classes:includes 'rosetta' then return rosetta_mark(chapter, el) end
	if el.classes:includes 'sdm' then return manual(chapter, el, 'SDM') end
	if el.classes:includes 'arm' then return manual(chapter, el, 'Arm ARM') end
	if el.identifier ~= '' then define(chapter, el.identifier, { kind = 'place' }) end
end

--- Read a chapter and give everything in it its number.
function refs.collect(chapter)
	chapter.counts, chapter.levels, chapter.sections = {}, {}, {}
	local on = function(f)
		return function(el) return f(chapter, el) end
	end
	chapter.doc = chapter.doc:walk {
		traverse = 'topdown',
		Header = on(heading), CodeBlock = on(code_block), Para = on(figure),
		Table = on(markdown_table), Span = on(span),
		Div = function(el)
			if el.classes:includes 'exercise' then
				el.attributes.number = count(chapter, 'exercise')
				return el
			end
		end,
	}
	if not chapter.title then
		util.fail(chapter.file, {}, 'there is no heading "# Title {#ch:name}"')
		chapter.title = chapter.name
	end
end

--- "section 3.2, The exit"
function refs.words(ref)
	if ref.kind == 'chapter' and not ref.number then return ref.title end
	local text = ref.kind
	if ref.number then text = text .. ' ' .. ref.number end
	if ref.title then
		text = text .. (ref.number and ', ' or ' ') .. ref.title
	end
	return text
end

--- Where a link from a chapter to a place goes.
function refs.href(target, chapter, at)
	if target == 'pdf' or at.page == chapter.page then return '#' .. at.id end
	return at.page .. '#' .. at.id
end

return refs

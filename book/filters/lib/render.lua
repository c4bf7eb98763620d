-- render.lua - the second pass: directives become HTML.
local util = require 'util'
local refs = require 'refs'
local source = require 'source'
local figure = require 'figure'
local number = require 'number'
local tables = require 'tables'
local render = { target = 'site', used = {} }

-- --- code with line numbers and callouts -----------------------------------------
--- Lines "text => words" of a block's body; "skip => text ... text" and
--- "show => text" apart.
local function callouts_of(chapter, el)
	local out, skips = {}, {}
	for _, line in ipairs(util.lines(el.text)) do
		local text, words = line:match('^(.-)%s+=>%s+(.*)$')
		if text == 'skip' then
			local from, to = words:match('^(.-) %.%.%. (.*)$')
			skips[#skips + 1] = { from or words, to or '', line }
		elseif text == 'show' then
			skips[#skips + 1] = { words, nil, line }
		elseif text then
			out[#out + 1] = { text, words, line }
		elseif line:find('%S') then
			util.fail(chapter.file, { line }, 'a callout is "text => words"')
		end
	end
	return out, skips
end

--- Give each callout's row its number: row[3] = list of numbers.
local function place(chapter, rows, callouts, path)
	for n, callout in ipairs(callouts) do
		local found
		for _, row in ipairs(rows) do
			if source.has((row[2]:gsub('%s+', ' ')), (callout[1]:gsub('%s+', ' '))) then
				if found then
					util.fail(chapter.file, { callout[3] },
						'callout "%s": two shown lines of %s have this text',
						callout[1], path)
				end
				found = found or row
			end
		end
		if found then
			found[3] = (found[3] or '') .. '<b class="co">' .. n .. '</b>'
		else
			util.fail(chapter.file, { callout[3] },
				'callout "%s": no shown line of %s has this text',
				callout[1], path)
		end
	end
end

local function callout_list(chapter, callouts)
	if #callouts == 0 then return '' end
	local out = {}
	for n, callout in ipairs(callouts) do
		local words = render.words(chapter, callout[2])
		out[n] = '<li><b class="co">' .. n .. '</b> <span>' .. words .. '</span></li>'
	end
	return '<ol class="callouts">' .. table.concat(out) .. '</ol>'
end

--- Of the rows only those with one of the texts to be shown.
local function show_lines(chapter, rows, skips)
	local kept, found, last = {}, {}, nil
	for n, row in ipairs(rows) do
		for _, show in ipairs(skips) do
			if not show[2] and not found[show] and source.has(row[2], show[1]) then
				found[show] = true
				if last and last < n - 1 then kept[#kept + 1] = { nil, '...' } end
				last, kept[#kept + 1] = n, row
				break
			end
		end
	end
	for _, show in ipairs(skips) do
		if not show[2] and not found[show] then
			util.fail(chapter.file, { show[3] }, 'show: no line has "%s"', show[1] or '')
		end
	end
	return next(found) and kept or rows
end

local function skip_lines(chapter, rows, skips)
	for _, skip in ipairs(skips) do
		if not skip[2] then goto next end
		local from, to
		for n, row in ipairs(rows) do
			if not from and skip[1] and source.has(row[2], skip[1]) then
				from = n
			elseif from and not to and source.has(row[2], skip[2]) then
				to = n
			end
		end
		if to then
			for _ = from + 1, to - 1 do table.remove(rows, from + 1) end
			rows[from] = { nil, '...' }
		else
			util.fail(chapter.file, { skip[3] }, 'skip: no lines from "%s" to "%s"',
				skip[1] or '', skip[2] or '')
		end
		::next::
	end
	return show_lines(chapter, rows, skips)
end

--- The indentation of a line in pieces of eight, which small screens show narrower.
local function indented(html)
	local tag, blanks, rest = html:match('^(<span class="%w+">)( +)(.*)$')
	if not tag then tag, blanks, rest = '', html:match('^( *)(.*)$') end
	return tag .. blanks:gsub((' '):rep(8), '<span class="t">%0</span>') .. rest
end

local function code_html(rows, language, numbers)
	local out, state = {}, {}
	for n, row in ipairs(rows) do
		out[n] = '<span class="l">' ..
			(numbers and '<i class="n">' .. (row[1] or '') .. '</i>' or '') ..
			indented(source.colour(row[2], language, state)) ..
			(row[3] or '') .. '\n</span>'
	end
	return '<pre tabindex="0"' .. (numbers and ' class="numbered"' or '') ..
		'><code>' .. table.concat(out) .. '</code></pre>'
end
render.code_html = code_html

--- A link to a line of a source file; only the website has the sources.
function render.source_link(path, line, text)
	text = util.escape(text or path)
	if render.target ~= 'site' then return '<code>' .. text .. '</code>' end
	render.used[path] = true
	return '<a class="srclink" href="src/' .. path .. '.html' ..
		(line and '#L' .. line or '') .. '"><code>' .. text .. '</code></a>'
end

local function caption(chapter, kind, number, text)
	if not number and not text then return '' end
	local words = text and render.words(chapter, text) or ''
	return '<p class="caption"><b class="no">' .. kind ..
		(number and ' ' .. number or '') .. '</b>' ..
		(words ~= '' and ': ' or '') .. words .. '</p>'
end

--- What is short does not break over two pages of paper.
local function short(rows)
	return #rows <= 30 and ' short' or ''
end


local function cut(chapter, el, path)
	local text = util.read(path)
	local needles = { el.attributes.anchor and 'anchor="' .. el.attributes.anchor .. '"',
		el.attributes.from and 'from="' .. el.attributes.from .. '"',
		'file="' .. el.attributes.file .. '"' }
	local ordered = {}
	for i = 1, 3 do if needles[i] then ordered[#ordered + 1] = needles[i] end end
	if not text then
		util.fail(chapter.file, ordered, 'there is no %s', path)
		return
	end
	local lines = util.lines(text)
	local first, last = source.part(lines, el.attributes)
	if not first then
		util.fail(chapter.file, ordered, '%s: %s', path, last)
		return
	end
	return lines, first, last
end

local function listing(chapter, el)
	local path = el.attributes.file
	if not path then
		util.fail(chapter.file, { '{.listing' }, 'a listing needs file="..."')
		return {}
	end
	local lines, first, last = cut(chapter, el, path)
	if not lines then return {} end
	local rows = source.cut(lines, first, last)
	local callouts, skips = callouts_of(chapter, el)
	rows = skip_lines(chapter, rows, skips)
	place(chapter, rows, callouts, path)
	local from, to = rows[1][1], rows[#rows][1]
	return util.raw('<div class="listing' .. short(rows) .. '"' .. util.id_attr(el.identifier) .. '>' ..
		caption(chapter, 'Listing', el.attributes.number, el.attributes.caption) ..
		'<p class="from">' .. render.source_link(path, from) ..
		' <span class="range">lines ' .. from .. ' to ' .. to .. '</span></p>' ..
		code_html(rows, source.language(path), true) ..
		callout_list(chapter, callouts) .. '</div>')
end

local function transcript_path(file)
	return file:find('/') and file or 'book/transcripts/' .. file
end

--- Told of each transcript's lines; make.lua's target=shown prints them.
function render.shown() end

local function transcript(chapter, el)
	if not el.attributes.file then
		util.fail(chapter.file, { '{.transcript' }, 'a transcript needs file="..."')
		return {}
	end
	local path = transcript_path(el.attributes.file)
	local lines, first, last = cut(chapter, el, path)
	if not lines then return {} end
	local command = lines[1] and lines[1]:match('^%$ .*')
	if command and first == 1 then first = 2 end
	local rows = source.cut(lines, first, last)
	local callouts, skips = callouts_of(chapter, el)
	rows = skip_lines(chapter, rows, skips)
	render.shown(path, rows)
	place(chapter, rows, callouts, path)
	local gdb = path:find('^tests/gdb/')
	for _, row in ipairs(rows) do
		row.typed = gdb and row[2]:find('^%(gdb%) ')
	end
	local html = code_html(rows, 'text')
	html = html:gsub('(<span class="l">)(%(gdb%) [^\n]*)', '%1<b class="typed">%2</b>')
	html = html:gsub('&lt;%- [%w_.:+]+', '<span class="w">%0</span>') -- "<- GUEST_RSP" stays whole
	return util.raw('<div class="transcript' .. short(rows) .. '"' .. util.id_attr(el.identifier) .. '>' ..
		(el.attributes.caption and caption(chapter, '', nil, el.attributes.caption) or '') ..
		(command and '<p class="command"><code>' .. util.escape(command):gsub('%S+', '<span class="w">%0</span>') .. '</code></p>' or '') ..
		html .. callout_list(chapter, callouts) .. '</div>')
end

-- --- other blocks ---------------------------------------------------------------------
local function table_block(chapter, el)
	local def = el.attributes.def or ''
	local html, why = tables.def_table(def, {
		only = el.attributes.only, cols = el.attributes.cols,
		id = el.identifier, class = 'def ' .. util.slug(def:match('[^/]*$')),
		caption = caption(chapter, 'Table', el.attributes.number,
			el.text:find('%S') and el.text or nil) })
	if not html then
		util.fail(chapter.file, { el.attributes.only and 'only="' .. el.attributes.only or 'def="' .. def,
			'def="' .. def }, '%s', why)
		return {}
	end
	return util.raw(html)
end

local function shell(chapter, el)
	if not (el.classes:includes 'run' or el.classes:includes 'norun') then
		util.fail(chapter.file, { el.text }, 'a shell block is {.sh .run} or {.sh .norun because="..."}')
	elseif el.classes:includes 'norun' and not el.attributes.because then
		util.fail(chapter.file, { el.text }, 'say why the tests do not run this: because="..."')
	end
	local rows = {}
	for n, line in ipairs(util.lines(el.text)) do rows[n] = { n, line } end
	return util.raw('<div class="type">' .. code_html(rows, 'sh') .. '</div>')
end

local PLAIN = { c = 'c', idea = 'c', asm = 'asm', gdbin = 'text', text = 'text' }

local function code_block(chapter, el)
	local class = el.classes[1] or ''
	if class == 'listing' then return listing(chapter, el) end
	if class == 'transcript' then return transcript(chapter, el) end
	if class == 'table' then return table_block(chapter, el) end
	if class == 'sh' then return shell(chapter, el) end
	if class == 'generated' then
		return require('generated').block(chapter, el)
	end
	if not PLAIN[class] then
		util.fail(chapter.file, { class ~= '' and '{.' .. class or el.text, '```' .. class, el.text },
			'a block of an unknown kind "%s"', class)
		return {}
	end
	local rows = {}
	for n, line in ipairs(util.lines(el.text)) do
		rows[n] = { n, (line:gsub('\t', '        ')) }
	end
	return util.raw('<div class="plain ' .. class .. '">' ..
		code_html(rows, PLAIN[class]) .. '</div>')
end

local function figure_block(chapter, el)
	local image = el.content[1]
	if #el.content ~= 1 or image.t ~= 'Image' then return end
	local path = 'book/' .. image.src
	local text = pandoc.utils.stringify(image.caption)
	local svg, why = figure.svg(path, text, render.target)
	if not svg then
		util.fail(chapter.file, { image.src }, '%s', why)
		return {}
	end
	return { util.raw('<figure' .. util.id_attr(image.identifier) .. '>' .. svg ..
		'<figcaption><b class="no">Figure ' .. image.attributes.number .. '</b>: '),
		pandoc.Plain(image.caption), util.raw('</figcaption></figure>') }
end

local BOXES = { linux = 'In Linux', wrong = 'What can go wrong', note = 'Note',
	exercise = 'Exercise' }

local function box(chapter, el)
	local class = el.classes[1] or ''
	local title = BOXES[class]
	if not title then
		util.fail(chapter.file, { '{.' .. class }, 'a box of an unknown kind "%s"', class)
		return
	end
	if el.attributes.number then title = title .. ' ' .. el.attributes.number end
	if el.attributes.title then title = title .. ': ' .. el.attributes.title end
	el.attributes = {}
	table.insert(el.content, 1, util.raw('<p class="boxtitle">' .. util.escape(title) .. '</p>'))
	return el
end

local function heading(chapter, el)
	local number = el.attributes.number
	el.attributes.number = nil
	el.identifier = util.id(el.identifier)
	if number and el.level == 1 then
		local kind = chapter.appendix and 'Appendix ' or 'Chapter '
		table.insert(el.content, 1, util.raw_inline('<span class="chno">' .. kind .. number .. '</span> '))
	elseif number then
		table.insert(el.content, 1, util.raw_inline('<span class="secno">' .. number .. '</span> '))
	end
	return el
end

-- --- inlines ------------------------------------------------------------------------------
local function link_step(chapter, el)
	local arch, step = el.target:match('^step:(%w+)/([%w.:_-]+)$')
	local trace = arch and util.read('book/traces/' .. arch .. '.jsonl')
	if not trace then
		util.fail(chapter.file, { el.target }, 'there is no trace for %s', el.target)
		return el.content
	end
	local n
	for i, line in ipairs(util.lines(trace)) do
		if line:find('"mark": "[^"]*%f[%w]' .. step:gsub('%W', '%%%0') .. '%f[%W]') then
			n = i - 1
			break
		end
	end
	if not n then
		util.fail(chapter.file, { el.target }, 'the trace of %s never comes to %s', arch, step)
		return el.content
	end
	if render.target ~= 'site' then return el.content end
	el.target = 'step.html#' .. arch .. '-' .. n
	el.classes:insert 'steplink'
	return el
end

local function link(chapter, el)
	if el.target:find('^step:') then return link_step(chapter, el) end
	if el.target:find('^https?://') then return end
	if el.target:find('^#') then
		local ref = refs.all[el.target:sub(2)]
		if not ref then
			util.fail(chapter.file, { '(' .. el.target .. ')' }, 'nothing is named %s', el.target)
			return el.content
		end
		if #el.content == 0 then
			if ref.kind == 'place' then
				util.fail(chapter.file, { '(' .. el.target .. ')' }, 'a link to %s needs words', el.target)
			end
			el.content = { pandoc.Str(refs.words(ref)) }
		end
		el.target = refs.href(render.target, chapter, ref)
		el.classes:insert('ref')
		return el
	end
	util.fail(chapter.file, { '(' .. el.target .. ')' },
		'a link goes to #name, step:arch/step or https://...; a file is []{.src file="..."}')
end

local function source_span(chapter, el)
	local path, name = el.attributes.file, pandoc.utils.stringify(el)
	local text = path and util.read(path)
	if not text then
		util.fail(chapter.file, { 'file="' .. (path or '') .. '"', '{.src' }, 'there is no %s', path or 'file=')
		return el.content
	end
	local line
	if name ~= '' and not name:find(' ') then
		line = source.definition(util.lines(text), name:gsub('%(.*', ''))
		if not line then
			util.fail(chapter.file, { '[' .. name .. ']{.src', '[`' .. name .. '`]' }, '%s has no "%s"', path, name)
		end
	end
	return util.raw_inline(render.source_link(path, line, name ~= '' and name or path))
end

local function rosetta_link(chapter, el, class)
	local step = pandoc.utils.stringify(el)
	local row = refs.all['row:' .. step]
	if not row then
		util.fail(chapter.file, { '[' .. step .. ']{.' .. class }, 'book/rosetta.def has no step %s', step)
		return el
	end
	return util.raw_inline('<a class="' .. class .. '"' .. util.id_attr(el.identifier) ..
		' href="' .. refs.href(render.target, chapter, row) .. '">' .. step .. '</a>')
end

local function number_span(chapter, el)
	local spec = util.typed(pandoc.utils.stringify(el))
	local text, why, address = number.text(spec)
	if not text then
		util.fail(chapter.file, { '[' .. spec .. ']{.n', spec }, '%s', why)
		return el
	end
	return address and pandoc.Code(text) or pandoc.Str(text)
end

local function span(chapter, el)
	if el.classes:includes 'n' then return number_span(chapter, el) end
	if el.classes:includes 'src' then return source_span(chapter, el) end
	if el.classes:includes 'rosetta' then return rosetta_link(chapter, el, 'rosetta') end
	if el.classes:includes 'step' then return rosetta_link(chapter, el, 'step') end
	if el.classes:includes 'gloss' then
		local term = el.attributes.term or pandoc.utils.stringify(el)
		local ref = refs.all['gloss:' .. util.slug(term)]
		if not ref then
			util.fail(chapter.file, { '[' .. term .. ']{.gloss', '{.gloss term="' .. term }, 'the glossary has no "%s"', term)
			return el
		end
		return pandoc.Link(el.content, refs.href(render.target, chapter, ref), '', pandoc.Attr('', { 'gloss' }))
	end
	el.attributes.term = nil
	if el.identifier ~= '' then el.identifier = util.id(el.identifier) end
	return el
end

--- A line of Markdown inside of a directive, as HTML.
function render.words(chapter, markdown)
	local doc = pandoc.Pandoc(util.blocks(markdown)):walk {
		Link = function(el) return link(chapter, el) end,
		Span = function(el) return span(chapter, el) end }
	return (util.html(doc.blocks):gsub('^<p>', ''):gsub('</p>%s*$', ''))
end

--- Blocks of a chapter, ready for HTML.
function render.chapter(chapter)
	local on = function(f)
		return function(el) return f(chapter, el) end
	end
	return chapter.doc:walk({ Link = on(link) })
		:walk { Span = on(span), CodeBlock = on(code_block), Div = on(box),
			Para = on(figure_block), Header = on(heading),
			Code = function(el)
				if el.text:find('^{%.') then
					util.fail(chapter.file, { el.text:match('from="%s*([^"]*)') or el.text:match('anchor="[^"]*') or '{.' },
						'Pandoc does not understand the attributes of this block: %s',
						el.text:sub(1, 60))
				end
			end }
		:walk { Table = tables.prose }
end

return render

-- make.lua - makes the whole book in one run of Pandoc:
--
--   pandoc -M target=site|epub|pdf|check|commands|shown -L book/filters/make.lua book/book.list
--
-- shown: the lines of each transcript that the book shows, one a line: file, text;
-- an empty text before each block.
-- check: read everything, write nothing.  commands: the shell blocks that the
-- tests run, a line each: place, exit status, expected text, command.  site: a page per chapter below
-- build/book/html.  epub, pdf: one file, build/book/TARGET.json or .html, for
-- the programs that make the rest of them.
package.path = PANDOC_SCRIPT_FILE:match('^(.*)/') .. '/lib/?.lua;' .. package.path
local util = require 'util'
local refs = require 'refs'
local render = require 'render'
local site = require 'site'
local generated = require 'generated'
local trace = require 'trace'

local LIST = 'book/book.list'

--- The chapters of book.list, in order.
local function chapters()
	local out, part, numbered, appendices, appendix = {}, nil, 0, 0, false
	for n, line in ipairs(util.lines(util.read(LIST) or '')) do
		local word = line:match('^%S+')
		if not word or word:find('^#') then
			-- a comment
		elseif word == 'part' then
			part = line:match('^part%s+(.*)')
		elseif word == 'appendix' then
			appendix, part = true, 'Appendices'
		elseif not util.read('book/' .. word) then
			util.errors = util.errors + 1
			io.stderr:write(LIST, ':', n, ': there is no book/', word, '\n')
		else
			local name = word:gsub('%.md$', '')
			local number
			if appendix then
				appendices = appendices + 1
				number = string.char(64 + appendices)
			elseif name:find('^%d') then
				numbered = numbered + 1
				number = tostring(numbered)
			end
			local about = line:match('^%S+%s+(.*%S)')
			if not about then
				util.errors = util.errors + 1
				io.stderr:write(LIST, ':', n, ': what is in ', word, '?\n')
			end
			out[#out + 1] = { file = 'book/' .. word, name = name, part = part,
				about = about,
				page = word:gsub('%.md$', '.html'), appendix = appendix,
				number = number }
			part = nil
		end
	end
	return out
end

local function read(chapter)
	-- Pandoc takes no tabs in attributes, nor blanks at their beginning.
	local text = ('\n' .. util.read(chapter.file)):gsub('\n```{[^\n]*', function(line)
		return (line:gsub('="[ \t]+', '="\u{2420}'):gsub('\t', ' '))
	end)
	chapter.doc = pandoc.read(text:sub(2),
		'markdown-auto_identifiers-tex_math_dollars-citations')
	local function comment(el)
		if el.format == 'html' and el.text:find('^<!%-%-') then return {} end
	end
	chapter.doc = chapter.doc:walk { RawBlock = comment, RawInline = comment }
	refs.collect(chapter)
end

--- All chapters in one document, for EPUB and PDF.
local function whole(list)
	local blocks = pandoc.List()
	for _, chapter in ipairs(list) do
		if chapter.part then
			blocks:insert(util.raw('<p class="part" data-part="1">' ..
				util.escape(chapter.part) .. '</p>'))
		end
		blocks:extend(chapter.out.blocks)
	end
	return blocks
end

--- The commands of a chapter's {.sh .run} blocks.
local function commands(chapter)
	chapter.doc:walk { CodeBlock = function(el)
		if el.classes[1] ~= 'sh' or not el.classes:includes 'run' then return end
		for _, line in ipairs(util.lines(el.text)) do
			if line:find('%S') and not line:find('^%s*#') then
				local n = util.line_of(util.read(chapter.file), line) or 1
				print(table.concat({ chapter.file .. ':' .. n, el.attributes.exit or '0',
					el.attributes.expect or '-', line }, '\t'))
			end
		end
	end }
end

function Pandoc(doc)
	local target = pandoc.utils.stringify(doc.meta.target or 'check')
	render.target = target
	local list = chapters()
	for n, chapter in ipairs(list) do
		-- What Pandoc calls the file of the nth chapter in an EPUB.
		if target == 'epub' then
			chapter.page = string.format('ch%03d.xhtml', n)
		end
	end
	for _, chapter in ipairs(list) do read(chapter) end
	generated.prepare(list)
	if target == 'commands' then
		for _, chapter in ipairs(list) do commands(chapter) end
		return pandoc.Pandoc {}
	end
	if target == 'shown' then
		render.shown = function(path, rows)
			print(path, '')
			for _, row in ipairs(rows) do
				if row[1] then print(path, row[2]) end
			end
		end
	end
	for _, chapter in ipairs(list) do
		chapter.out = render.chapter(chapter)
	end
	for _, arch in ipairs { 'x86', 'arm64' } do trace.rows(arch) end
	if util.errors > 0 then
		io.stderr:write('book: ', util.errors, ' error(s); nothing was written\n')
		os.exit(1)
	end
	if target == 'site' then
		site.write(list)
	elseif target == 'epub' then
		util.write('build/book/plain.css', site.plain_css())
		for _, chapter in ipairs(list) do
			chapter.part = nil
		end
		util.write('build/book/epub.json', pandoc.write(pandoc.Pandoc(whole(list),
			pandoc.Meta { title = 'World Switch', lang = 'en', rights = 'CC BY 4.0',
				subtitle = 'How a hypervisor runs a guest, register by register' }), 'json'))
	elseif target == 'pdf' then
		util.write('build/book/plain-pdf.css', site.plain_css())
		util.write('build/book/pdf.html', site.one_page(list, util.html(whole(list))))
	end
	return pandoc.Pandoc {}
end

-- site.lua - the website's pages, and the one page that becomes the PDF.
local util = require 'util'
local refs = require 'refs'
local source = require 'source'
local render = require 'render'
local trace = require 'trace'
local site = {}

local OUT = 'build/book/html/'

local function template(name)
	local text = assert(util.read('book/styles/' .. name), name)
	return function(values)
		return (text:gsub('{{(%w+)}}', function(key) return values[key] or '' end))
	end
end

local function full_title(chapter)
	local number = chapter.number
	return (number and '<span class="tn">' .. number .. '</span> ' or '') ..
		util.escape(chapter.title)
end

--- The table of contents, with the sections of the current chapter.
local function contents(list, current)
	local out = { '<ol class="toc">' }
	for _, chapter in ipairs(list) do
		if chapter.part then
			out[#out + 1] = '<li class="part">' .. util.escape(chapter.part) .. '</li>'
		end
		out[#out + 1] = '<li><a href="' .. chapter.page .. '"' ..
			(chapter == current and ' aria-current="page"' or '') .. '>' ..
			full_title(chapter) .. '</a>'
		if chapter == current then
			out[#out + 1] = '<ol>'
			for _, s in ipairs(chapter.sections) do
				if s.level == 2 then
					out[#out + 1] = '<li><a href="' .. chapter.page .. '#' ..
						s.id .. '">' .. util.escape(s.title) .. '</a></li>'
				end
			end
			out[#out + 1] = '</ol>'
		end
		out[#out + 1] = '</li>'
	end
	out[#out + 1] = '<li class="part">More</li><li><a href="step.html"' ..
		(current == 'step' and ' aria-current="page"' or '') ..
		'>The world switch, step by step</a></li></ol>'
	return (table.concat(out):gsub('<ol></ol>', ''))
end

--- The first page's: each chapter with a line of what is in it.
local function overview(list)
	local out = { '<ol class="toc overview">' }
	for _, chapter in ipairs(list) do
		if chapter.part then
			out[#out + 1] = '<li class="part">' .. util.escape(chapter.part) .. '</li>'
		end
		out[#out + 1] = '<li><a href="' .. chapter.page .. '">' .. full_title(chapter) ..
			'</a><p>' .. util.escape(chapter.about) .. '</p></li>'
	end
	out[#out + 1] = '</ol>'
	return table.concat(out)
end

local function neighbour(chapter, word)
	if not chapter then return '<span></span>' end
	return '<a class="' .. word .. '" rel="' .. word .. '" href="' .. chapter.page ..
		'"><small>' .. (word == 'prev' and 'Previous' or 'Next') .. '</small> ' ..
		full_title(chapter) .. '</a>'
end

-- --- search ----------------------------------------------------------------------
--- [page, id, heading, text] of each section, for the search in the browser.
local function search_rows(chapter, out)
	local place = { chapter.page, '', chapter.title, {} }
	local function flush()
		local text = table.concat(place[4], ' '):gsub('%s+', ' ')
		out[#out + 1] = '[' .. util.json(place[1]) .. ',' .. util.json(place[2]) .. ',' ..
			util.json(place[3]) .. ',' .. util.json(text) .. ']'
	end
	for _, block in ipairs(chapter.out.blocks) do
		if block.t == 'Header' then
			if block.level > 1 then
				flush()
				place = { chapter.page, block.identifier,
					  util.typed(pandoc.utils.stringify(block)), {} }
			end
		else
			local html = util.html { block }
			local text = html:gsub('<svg.-</svg>', ' '):gsub('<i class="n">.-</i>', '')
				:gsub('<wbr/?>', ''):gsub('<[^>]*>', ' ')
				:gsub('&lt;', '<'):gsub('&gt;', '>'):gsub('&quot;', '"')
				:gsub('&#39;', "'"):gsub('&amp;', '&')
			place[4][#place[4] + 1] = util.typed(text)
		end
	end
	flush()
end

-- --- source pages ------------------------------------------------------------------
local function source_page(path, page)
	local rows, out, state = util.lines(util.read(path)), {}, {}
	local language = source.language(path)
	for n, line in ipairs(rows) do
		line = line:gsub('\t', '        ')
		out[n] = '<span class="l" id="L' .. n .. '"><a class="n" href="#L' .. n .. '">' .. n ..
			'</a>' .. source.colour(line, language, state) .. '\n</span>'
	end
	local up = ('../'):rep(select(2, path:gsub('/', '')) + 1)
	util.write(OUT .. 'src/' .. path .. '.html', page {
		title = path, root = up, home = up .. 'index.html',
		main = '<h1 class="path">' .. util.escape(path) .. '</h1>' ..
			'<pre class="numbered source" tabindex="0"><code>' .. table.concat(out) .. '</code></pre>' })
end

-- --- pages ----------------------------------------------------------------------------
local function chapter_pages(list, page)
	for n, chapter in ipairs(list) do
		util.write(OUT .. chapter.page, page {
			title = chapter.title .. ' - World Switch', root = '',
			toc = contents(list, chapter),
			main = util.html(chapter.out.blocks),
			nav = '<nav class="turn" aria-label="Previous and next chapter">' ..
				neighbour(list[n - 1], 'prev') .. neighbour(list[n + 1], 'next') .. '</nav>' })
	end
end

local function trace_data()
	local out = { 'window.TRACES = {};\nwindow.STEPS = ' ..
		require('generated').steps_json() .. ';\n' }
	for _, arch in ipairs { 'x86', 'arm64' } do
		local rows = table.concat(trace.rows(arch), ',\n'):gsub('</', '<\\/')
		out[#out + 1] = 'TRACES.' .. arch .. ' = [\n' .. rows .. '];\n'
	end
	return table.concat(out)
end

function site.write(list)
	local page, bare = template 'page.html', template 'source.html'
	chapter_pages(list, page)
	util.write(OUT .. 'index.html', page { title = 'World Switch', root = '',
		toc = contents(list), main = template 'index.html' {
			toc = overview(list) } })
	util.write(OUT .. 'step.html', page { title = 'Step by step - World Switch', root = '',
		class = ' class="wide"', toc = contents(list, 'step'), main = util.read('book/step/step.html'),
		scripts = '<script src="traces.js"></script><script src="step.js"></script>' })
	util.write(OUT .. 'traces.js', trace_data())
	local rows = {}
	for _, chapter in ipairs(list) do search_rows(chapter, rows) end
	util.write(OUT .. 'search-index.js', 'window.SEARCH = [\n' .. table.concat(rows, ',\n') .. '\n];\n')
	for path in pairs(render.used) do source_page(path, bare) end
	for _, name in ipairs { 'book.css', 'site.css', 'site.js' } do
		util.write(OUT .. name, util.read('book/styles/' .. name))
	end
	for _, name in ipairs { 'step.js', 'step.css' } do
		util.write(OUT .. name, util.read('book/step/' .. name))
	end
end

--- book.css for readers that know no variables.
function site.plain_css()
	local text = util.read('book/styles/book.css')
	local values = {}
	for name, value in text:match(':root (%b{})'):gmatch('(%-%-%w+): ([^;]+);') do
		values[name] = value
	end
	return (text:gsub('var%((%-%-%w+)[^)]*%)', values))
end

--- The PDF's page: contents with page numbers come by the style sheet.
function site.one_page(list, body)
	local out = {}
	for _, chapter in ipairs(list) do
		if chapter.part then
			out[#out + 1] = '<li class="part">' .. util.escape(chapter.part) .. '</li>'
		end
		out[#out + 1] = '<li class="ch"><a href="#' .. chapter.ref.id .. '">' ..
			full_title(chapter) .. '</a></li>'
		for _, s in ipairs(chapter.sections) do
			if s.level == 2 then
				out[#out + 1] = '<li class="sec"><a href="#' .. s.id .. '">' ..
					(s.number and '<span class="tn">' .. s.number .. '</span> ' or '') ..
					util.escape(s.title) .. '</a></li>'
			end
		end
	end
	return template 'pdf.html' { toc = table.concat(out), main = body }
end

return site

-- tables.lua - tables as HTML: those of the .def files, and any other.
local util = require 'util'
local deftable = require 'deftable'
local tables = {}

local function render() return require 'render' end

--- How wide a column is on paper, compared with the others.
local WIDE = { register = 13, who = 14, where = 15, why = 27, ['without it'] = 30,
	rule = 27, SDM = 11, ['in KVM, and here'] = 32, field = 30, ['what must hold'] = 36, group = 12, encoding = 10,
	width = 8, type = 12, ['what it is'] = 30, reason = 40, number = 10,
	['what happened'] = 50, name = 38, ['what it tells'] = 36, MSR = 36, bit = 6,
	["the manual's words"] = 40, class = 10, op0 = 7, op1 = 7, op2 = 7, CRn = 7, CRm = 7,
	kind = 18, switched = 12, step = 8, ['what, and why'] = 38, ['explained in'] = 13,
	['no.'] = 6, question = 40, ['the place'] = 30, ['answered in'] = 12, section = 12,
	['in the sources'] = 60, ['in the book'] = 20 }

local function column_widths(columns)
	local sum, out = 0, {}
	for _, column in ipairs(columns) do sum = sum + (WIDE[column] or 20) end
	for i, column in ipairs(columns) do
		out[i] = string.format('<col style="width: %d%%"/>', (WIDE[column] or 20) * 100 // sum)
	end
	return '<colgroup>' .. table.concat(out) .. '</colgroup>'
end

--- HTML of a table whose cells are HTML already.
function tables.html_table(columns, rows, attr)
	local out = { '<div class="tablebox"' .. util.id_attr(attr.id or '') .. '>',
		attr.caption or '', '<div class="scroll" tabindex="0"><table class="' ..
		(attr.class or '') .. '">' .. column_widths(columns) .. '<thead><tr>' }
	for _, column in ipairs(columns) do
		out[#out + 1] = '<th scope="col">' .. util.escape(column) .. '</th>'
	end
	out[#out + 1] = '</tr></thead><tbody>'
	for _, row in ipairs(rows) do
		out[#out + 1] = '<tr>'
		for i, cell in ipairs(row) do
			out[#out + 1] = '<td data-label="' .. util.escape(columns[i]) ..
				'">' .. (cell ~= '' and '<div>' .. cell .. '</div>' or '') .. '</td>'
		end
		out[#out + 1] = '</tr>'
	end
	out[#out + 1] = '</tbody></table></div></div>'
	return table.concat(out)
end

--- Long names may be broken behind _ and /.
local function breakable_inline(tag)
	return function(el)
		local text = util.escape(el.text)
		if #text < 16 or not text:find('[_/][%w_]') then return end
		text = text:gsub('[_/]', '%0<wbr/>')
		return pandoc.RawInline('html', tag and '<code>' .. text .. '</code>' or text)
	end
end

--- Has a cell, but for the first of its row, more than a word or a number?
local function has_words(el)
	for _, row in ipairs(el.bodies[1].body) do
		for i, c in ipairs(row.cells) do
			if i > 1 and #pandoc.utils.stringify(c.contents) > 12 then return true end
		end
	end
end

--- A Markdown table.  On a phone each row of a wide one is a card: its first
--- cell the title, the others with their column's name in front.
function tables.prose(el)
	el = el:walk { Code = breakable_inline(true), Str = breakable_inline() }
	if #el.colspecs < 3 or not el.classes:includes 'sized' or not has_words(el) then return el end
	el.classes:insert 'cards'
	local labels = el.head.rows[1].cells:map(function(c) return pandoc.utils.stringify(c.contents) end)
	for _, row in ipairs(el.bodies[1].body) do
		for i, c in ipairs(row.cells) do
			if i > 1 then c.attributes['data-label'] = labels[i] end
			if #c.contents > 0 then c.contents = { pandoc.Div(c.contents) } end
		end
	end
	return el
end

local CODE = { register = true, field = true, encoding = true, number = true,
	reason = true, name = true, MSR = true, rule = true, class = true,
	['trap bit'] = true, ['exit class'] = true, instruction = true }

local function breakable(text)
	return (text:gsub('_', '_<wbr/>'))
end

local function cell(row, column)
	local text = row[column] or ''
	if column == 'where' then
		if not row.where then return '' end
		return render().source_link(row.where, row.at,
			row.where:match('[^/]*$') .. (row.at and ':' .. row.at or ''))
	elseif CODE[column] and text ~= '' then
		return '<code>' .. breakable(util.escape(text)) .. '</code>'
	end
	return util.words(text)
end

function tables.def_table(path, attr)
	local columns, rows = deftable.load(path)
	if not columns then return nil, rows end
	if attr.only then
		local kept, missing = deftable.filter(rows, attr.only)
		if not kept then
			return nil, path .. ' has no row "' .. missing .. '"'
		end
		rows = kept
	end
	if attr.cols then
		local known = {}
		for _, c in ipairs(columns) do known[c] = true end
		columns = {}
		for name in attr.cols:gmatch('[^,]+') do
			if not known[name] then
				return nil, path .. ' has no column "' .. name .. '"'
			end
			columns[#columns + 1] = name
		end
	end
	local cells = {}
	for n, row in ipairs(rows) do
		cells[n] = {}
		for i, column in ipairs(columns) do cells[n][i] = cell(row, column) end
	end
	return tables.html_table(columns, cells, attr)
end

return tables

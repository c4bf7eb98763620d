-- figure.lua - a .fig file, a list of boxes and arrows, as SVG.
--
--   size 640x300            of the drawing
--   desc words              what a screen reader says
--   box X,Y WxH CLASS "first line|second line" [code] [left] [dashed] [small]
--   arrow X,Y X,Y... ["label" X,Y] [CLASS] [dashed] [both] [small]
--   line X,Y X,Y... [CLASS] [dashed]
--   text X,Y "words" [left|right] [bold|small|code|muted]
--   exits NAME "machine"    the whole figure, from a recording of tools/exit-stat
--
-- CLASS: host guest vmm hw mem warn plain.  Colours stand in the file for
-- readers that know no style sheet; the website's sheet overrides them.
local util = require 'util'
local exits = require 'exits'
local figure = {}

local FILL = { host = '#dce9f7', guest = '#dff2df', vmm = '#eee3f6',
	hw = '#e6e6e6', mem = '#fdf3d8', warn = '#fbe0dc', plain = 'none' }
local STROKE = { host = '#2a5f9e', guest = '#2c7a2c', vmm = '#7a3fa0',
	hw = '#666666', mem = '#9a7414', warn = '#b03a2a', plain = '#555555' }
local FONT = 'font-family="DejaVu Sans, Verdana, sans-serif"'
local MONO = 'font-family="DejaVu Sans Mono, Menlo, monospace"'

--- Words of a line; "quoted ones" may have spaces.
local function words_of(line)
	local out, at = {}, 1
	while true do
		local from, to = line:find('^%s*"[^"]*"', at)
		if from then
			out[#out + 1] = { text = line:sub(from, to):match('"(.*)"') }
		else
			from, to = line:find('^%s*[^%s"]+', at)
			if not from then return out end
			out[#out + 1] = line:sub(from, to):match('%S+')
		end
		at = to + 1
	end
end

--- Sort the words of a statement: points, sizes, quoted texts, flags, class.
local function sorted(words)
	local s = { points = {}, texts = {}, flags = {}, class = 'plain' }
	for i = 2, #words do
		local w = words[i]
		if type(w) == 'table' then
			s.texts[#s.texts + 1] = w.text
			s.points_before = s.points_before or #s.points
		else
			local x, y = w:match('^(-?[%d.]+),(-?[%d.]+)$')
			local wide, high = w:match('^([%d.]+)x([%d.]+)$')
			if x then
				s.points[#s.points + 1] = { tonumber(x), tonumber(y) }
			elseif wide then
				s.wide, s.high = tonumber(wide), tonumber(high)
			elseif FILL[w] then
				s.class = w
			else
				s.flags[w] = true
			end
		end
	end
	return s
end

local function label(x, y, text, flags, anchor)
	local size = flags.small and 11 or 13
	local family = flags.code and MONO or FONT
	return string.format('<text x="%g" y="%g" %s font-size="%g" text-anchor="%s"' ..
		' class="%s" fill="%s"%s>%s</text>', x, y, family,
		flags.code and size - 0.5 or size, anchor,
		flags.muted and 'ft muted' or 'ft', flags.muted and '#555555' or '#1a1a1a',
		flags.bold and ' font-weight="bold"' or '', util.escape(text))
end

local function split(text)
	local out = {}
	for line in (text .. '|'):gmatch('(.-)|') do out[#out + 1] = line end
	return out
end

local draw = {}

function draw.box(s, out)
	local x, y = s.points[1][1], s.points[1][2]
	out[#out + 1] = string.format('<rect x="%g" y="%g" width="%g" height="%g" rx="4"' ..
		' class="fb %s" fill="%s" stroke="%s" stroke-width="1.4"%s/>', x, y, s.wide,
		s.high, s.class, FILL[s.class], STROKE[s.class],
		s.flags.dashed and ' stroke-dasharray="5 4"' or '')
	local lines = split(s.texts[1] or '')
	local step = s.flags.small and 14 or 17
	local top = s.flags.top and y + step + 1 or
		y + s.high / 2 - (#lines - 1) * step / 2 + 4.5
	for n, line in ipairs(lines) do
		local left = s.flags.left
		out[#out + 1] = label(left and x + 8 or x + s.wide / 2,
			top + (n - 1) * step, line, s.flags, left and 'start' or 'middle')
	end
end

local function head(from, to, class)
	local dx, dy = to[1] - from[1], to[2] - from[2]
	local length = math.sqrt(dx * dx + dy * dy)
	dx, dy = dx / length, dy / length
	local bx, by = to[1] - 9 * dx, to[2] - 9 * dy
	return string.format('<polygon points="%g,%g %.1f,%.1f %.1f,%.1f" class="fh %s" fill="%s"/>',
		to[1], to[2], bx - 4 * dy, by + 4 * dx, bx + 4 * dy, by - 4 * dx,
		class, STROKE[class])
end

local function polyline(s, out, points)
	local coordinates = {}
	for n, p in ipairs(points) do coordinates[n] = p[1] .. ',' .. p[2] end
	out[#out + 1] = string.format('<polyline points="%s" class="fl %s" fill="none"' ..
		' stroke="%s" stroke-width="1.6"%s/>', table.concat(coordinates, ' '), s.class,
		STROKE[s.class], s.flags.dashed and ' stroke-dasharray="5 4"' or '')
end

function draw.arrow(s, out)
	local points = {}
	for n = 1, s.points_before or #s.points do points[n] = s.points[n] end
	polyline(s, out, points)
	out[#out + 1] = head(points[#points - 1], points[#points], s.class)
	if s.flags.both then out[#out + 1] = head(points[2], points[1], s.class) end
	if s.texts[1] then
		local at = s.points[#points + 1] or {
			(points[1][1] + points[2][1]) / 2, (points[1][2] + points[2][2]) / 2 - 6 }
		for n, line in ipairs(split(s.texts[1])) do
			out[#out + 1] = label(at[1], at[2] + (n - 1) * 15, line, s.flags,
				s.flags.left and 'start' or s.flags.right and 'end' or 'middle')
		end
	end
end

function draw.line(s, out)
	polyline(s, out, s.points)
end

function draw.text(s, out)
	for n, line in ipairs(split(s.texts[1] or '')) do
		out[#out + 1] = label(s.points[1][1], s.points[1][2] + (n - 1) * 16, line,
			s.flags, s.flags.left and 'start' or s.flags.right and 'end' or 'middle')
	end
end

--- The SVG of a .fig file; nil and why.
function figure.svg(path, title)
	local text = util.read(path)
	if not text then return nil, 'there is no figure ' .. path end
	local out, size, desc, lines = {}, nil, nil, util.lines(text)
	local name, machine = text:match('\nexits%s+(%S+)%s+"(.-)"')
	if name then
		local why
		lines, why = exits.statements(name, machine)
		if not lines then return nil, path .. ': ' .. why end
	end
	for n, line in ipairs(lines) do
		local command = line:match('^(%a+)')
		if command == 'size' then
			size = { line:match('(%d+)x(%d+)') }
		elseif command == 'desc' then
			desc = (desc and desc .. ' ' or '') .. line:match('^desc%s+(.*)')
		elseif command then
			local s = sorted(words_of(line))
			if not draw[command] or (command ~= 'box' and #s.points == 0) or
			   (command == 'box' and not s.wide) then
				return nil, string.format('%s:%d: cannot draw "%s"', path, n, line)
			end
			draw[command](s, out)
		end
	end
	if not size or not desc then return nil, path .. ' needs size and desc' end
	local id = util.slug(path:match('([^/]*)%.fig$'))
	return string.format('<div class="scroll fig"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" ' ..
		'width="%s" height="%s" role="img" aria-labelledby="%s-t %s-d"><title id="%s-t">%s</title>' ..
		'<desc id="%s-d">%s</desc>%s</svg></div>', size[1], size[2], size[1], size[2],
		id, id, id, util.escape(title or ''), id, util.escape(desc), table.concat(out))
end

return figure

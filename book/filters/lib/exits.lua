-- exits.lua - a recording of tools/exit-stat as the statements of a figure: how
-- often each exit came, and how long one took.
local util = require 'util'
local number = require 'number'
local exits = {}

--- {name, count, ticks each} of each row, and the ticks of a second.
local function read(name)
	local rows, hz = {}, nil
	for _, line in ipairs(util.lines(util.read('book/transcripts/' .. name .. '.txt') or '')) do
		local what, count, each = line:match('^  (%S.-)%s+(%d+)%s+%d+ ticks%s+(%d+) each$')
		if what then rows[#rows + 1] = { what, tonumber(count), tonumber(each) } end
		hz = hz or line:match('(%d+) ticks a second')
	end
	return rows, hz
end

--- A bar and its number.  Lengths are logarithms: one reason has nearly all
--- exits, and is not the dear one.
local function bar(out, x, y, n, most, class)
	local width = 10 + 130 * math.log(math.max(n, 1)) / math.log(most) // 1
	out[#out + 1] = string.format('box %d,%d %dx14 %s ""', x, y, width, class)
	out[#out + 1] = string.format('text %d,%d "%s" left small',
		x + width + 4, y + 11, number.commas(n))
end

--- The lines of a .fig file for `exits NAME "machine"`; nil and why.
function exits.statements(name, machine)
	local rows, hz = read(name)
	if #rows < 2 or not hz then return nil, 'no table of exits in "' .. name .. '"' end
	local counts, eachs, told = 2, 2, {}
	for n, row in ipairs(rows) do
		counts, eachs = math.max(counts, row[2]), math.max(eachs, row[3])
		told[n] = string.format('%s %d, %d', row[1], row[2], row[3])
	end
	local out = { 'size 660x' .. 22 * #rows + 44,
		'desc Bars on a logarithmic scale. How often, ticks to the next entry: ' ..
			table.concat(told, '; ') .. '.',
		'text 220,16 "how often" left bold',
		'text 440,16 "ticks until the next entry" left bold' }
	for n, row in ipairs(rows) do
		local y = 6 + 22 * n
		out[#out + 1] = string.format('text 8,%d "%s" left small', y + 11, row[1])
		bar(out, 220, y, row[2], counts, 'host')
		bar(out, 440, y, row[3], eachs, 'warn')
	end
	out[#out + 1] = string.format('text 8,%d "lengths are logarithms; %s ticks a second, %s"' ..
		' left small muted', 22 * #rows + 38, number.commas(tonumber(hz)), machine)
	return out
end

return exits

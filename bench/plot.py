"""Draws rows of values with their spread as an SVG: a dot for the median, a bar from the first to the third quartile."""
import html
import math

COLORS = ("#1668a8", "#c4501b", "#2e7d32", "#7b3fa0", "#8a6d00")
ROW, LEFT, RIGHT, TOP, WIDTH = 22, 190, 30, 70, 860


def nice_ticks(low, high, logarithmic):
    if not logarithmic:
        step = 10 ** math.floor(math.log10(high - low))
        step = next(s for s in (step / 10, step / 5, step / 2, step, step * 2) if (high - low) / s <= 10)
        return [round(i * step, 10) for i in range(math.ceil(low / step), math.floor(high / step) + 1)]
    ticks = [m * 10.0 ** e for e in range(-3, 5) for m in (1, 2, 5)]
    return [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]


def draw(title, note, rows, mark=1.0, logarithmic=True):
    """rows: [(label, {series: (q1, median, q3)})]. `mark` is drawn as a line across. Returns the SVG's text."""
    series = []
    for _, values in rows:
        series.extend(name for name in values if name not in series)
    numbers = [number for _, values in rows for triple in values.values() for number in triple] + [mark]
    low, high = min(numbers), max(numbers)
    if logarithmic:
        low, high = low / 1.15, high * 1.15
        position = lambda x: math.log(x / low) / math.log(high / low)
    else:
        low, high = 0.0, high * 1.05
        position = lambda x: (x - low) / (high - low)
    place = lambda x: LEFT + position(x) * (WIDTH - LEFT - RIGHT)
    height = TOP + ROW * len(rows) + 40
    bottom = height - 40
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
           'font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
           f'<text x="10" y="20" font-size="15" font-weight="bold">{html.escape(title)}</text>',
           f'<text x="10" y="38" fill="#555">{html.escape(note)}</text>']
    for number, name in enumerate(series):
        x = LEFT + 150 * number
        out.append(f'<circle cx="{x}" cy="53" r="4" fill="{COLORS[number % len(COLORS)]}"/>'
                   f'<text x="{x + 8}" y="57">{html.escape(name)}</text>')
    for tick in nice_ticks(low, high, logarithmic):
        x = place(tick)
        out.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="#ddd"/>'
                   f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle" fill="#555">{tick:g}</text>')
    x = place(mark)
    out.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="#333" stroke-width="1.5"/>')
    for row, (label, values) in enumerate(rows):
        y = TOP + ROW * row + ROW / 2
        out.append(f'<text x="{LEFT - 10}" y="{y + 4:.1f}" text-anchor="end">{html.escape(label)}</text>')
        for number, name in enumerate(series):
            if name not in values:
                continue
            color = COLORS[number % len(COLORS)]
            q1, median, q3 = values[name]
            at = y + (number - (len(series) - 1) / 2) * 5
            out.append(f'<line x1="{place(q1):.1f}" y1="{at:.1f}" x2="{place(q3):.1f}" y2="{at:.1f}" stroke="{color}" stroke-width="3"/>'
                       f'<circle cx="{place(median):.1f}" cy="{at:.1f}" r="4" fill="{color}"><title>{name} {label}: {median:.3f} '
                       f'({q1:.3f} to {q3:.3f})</title></circle>')
    out.append("</svg>")
    return "\n".join(out) + "\n"

//! Charts as SVG, drawn by a charting crate with no font at hand: the browser has those.
//!
//! Colours are those of a light page and printing; the style sheet finds shapes by them and has its own for a dark one.
//! Deliberately absent: what the figures mean, and floats.

use std::io;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// What is at risk.
const BAR: RGBColor = RGBColor(180, 74, 38);
/// What it is held against.
const OTHER: RGBColor = RGBColor(46, 108, 142);
/// Text.
const INK: RGBColor = RGBColor(32, 36, 40);
/// Text that explains.
const FAINT: RGBColor = RGBColor(92, 99, 106);
/// Lines behind the bars.
const GRID: RGBColor = RGBColor(214, 218, 222);

const FONT: (&str, u32) = ("sans-serif", 18);

/// Width of a chart of lying bars, of the names before them and of the figures behind.
const WIDTH: u32 = 640;
const NAMES: i32 = 262;
const FIGURES: i32 = 104;

/// A bar, or two that are held against each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) value: i64,
    /// The value as people write it.
    pub(super) shown: String,
    pub(super) other: Option<(i64, String)>,
}

/// Lying bars, each with its name before it and its figure behind.
pub(super) fn lying(bars: &[Bar]) -> io::Result<String> {
    let pair = bars.iter().any(|bar| bar.other.is_some());
    let (thick, step) = if pair { (14, 44) } else { (19, 31) };
    let height = (bars.len().max(1) as u32) * step as u32 + 8;
    let all = bars.iter().flat_map(|bar| [Some(bar.value), bar.other.as_ref().map(|(value, _)| *value)]);
    let largest = all.flatten().max().unwrap_or(0).max(1);
    let room = WIDTH as i32 - NAMES - FIGURES;
    let long = |value: i64| {
        let long = i128::from(value.max(0)) * i128::from(room) / i128::from(largest);
        // What is not nothing can be seen.
        i32::try_from(long).unwrap_or(room).max(i32::from(value > 0) * 2)
    };
    draw((WIDTH, height), |root| {
        for (bar, top) in bars.iter().zip((4..).step_by(step)) {
            let middle = top + step as i32 / 2 - 2;
            write(root, &cut(&bar.name), (NAMES - 10, middle), HPos::Right, &INK)?;
            let first = if pair { middle - thick - 1 } else { middle - thick / 2 };
            let lay = |value: i64, shown: &str, top: i32, color: &RGBColor| -> io::Result<()> {
                let end = NAMES + long(value);
                let shape = Rectangle::new([(NAMES, top), (end, top + thick)], color.filled());
                root.draw(&shape).map_err(io::Error::other)?;
                write(root, shown, (end + 6, top + thick / 2), HPos::Left, &FAINT)
            };
            lay(bar.value, &bar.shown, first, &BAR)?;
            if let Some((value, shown)) = &bar.other {
                lay(*value, shown, first + thick + 2, &OTHER)?;
            }
        }
        Ok(())
    })
}

/// Places that standing bars have at least, so that one or two do not fill the chart.
const SLOTS: i32 = 10;

/// Standing bars in a row, with an axis of money.
pub(super) fn standing(bars: &[Bar], money: &dyn Fn(&i64) -> String) -> io::Result<String> {
    let count = i32::try_from(bars.len()).unwrap_or(i32::MAX);
    // The crate counts marks of the axis up in i64; money beyond this is none, and is drawn as this.
    let height = |bar: &Bar| bar.value.clamp(0, i64::MAX / 1_000);
    let largest = bars.iter().map(height).max().unwrap_or(0).max(1);
    draw((1_040, 200), |root| {
        let mut chart = ChartBuilder::on(root)
            .margin(10)
            .x_label_area_size(26)
            .y_label_area_size(86)
            .build_cartesian_2d(
                (0..count.max(SLOTS) - 1).into_segmented(),
                0..largest.saturating_add(largest / 12),
            )
            .map_err(io::Error::other)?;
        let name = |at: &SegmentValue<i32>| match at {
            SegmentValue::CenterOf(n) => usize::try_from(*n)
                .ok()
                .and_then(|n| bars.get(n))
                .map_or_else(String::new, |bar| bar.name.clone()),
            _ => String::new(),
        };
        chart
            .configure_mesh()
            .disable_x_mesh()
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .axis_style(GRID)
            .label_style(FONT.into_font().color(&FAINT))
            .x_labels(10)
            .y_labels(5)
            .x_label_formatter(&name)
            .y_label_formatter(&|value| money(value))
            .draw()
            .map_err(io::Error::other)?;
        let gap = u32::from(bars.len() <= 120) + 2 * u32::from(bars.len() <= 60);
        let shapes = (0i32..).zip(bars).map(|(n, bar)| {
            let corners = [(SegmentValue::Exact(n), 0), (SegmentValue::Exact(n + 1), height(bar))];
            let mut shape = Rectangle::new(corners, BAR.filled());
            shape.set_margin(0, 0, gap, gap);
            shape
        });
        chart.draw_series(shapes).map(drop).map_err(io::Error::other)
    })
}

/// One bar that parts make up: sure, possible, and the rest of the whole.
pub(super) fn parts(sure: i64, possible: i64, whole: i64) -> io::Result<String> {
    const LONG: i32 = 1_040;
    let share = |value: i64| {
        let long = i128::from(value.max(0)) * i128::from(LONG) / i128::from(whole.max(1));
        i32::try_from(long).unwrap_or(LONG).clamp(i32::from(value > 0) * 2, LONG)
    };
    draw((LONG as u32, 14), |root| {
        let (first, second) = (share(sure), share(sure.saturating_add(possible)));
        for (from, to, color) in [(0, LONG, GRID), (0, second, POSSIBLE), (0, first, BAR)] {
            if to > from {
                let shape = Rectangle::new([(from, 0), (to, 14)], color.filled());
                root.draw(&shape).map_err(io::Error::other)?;
            }
        }
        Ok(())
    })
}

/// What medium findings put at risk.
const POSSIBLE: RGBColor = RGBColor(224, 168, 60);

type Area<'s> = DrawingArea<SVGBackend<'s>, plotters::coord::Shift>;

fn draw(size: (u32, u32), with: impl FnOnce(&Area<'_>) -> io::Result<()>) -> io::Result<String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        with(&root)?;
        root.present().map_err(io::Error::other)?;
    }
    Ok(svg)
}

fn write(root: &Area<'_>, text: &str, at: (i32, i32), side: HPos, color: &RGBColor) -> io::Result<()> {
    let style = FONT.into_font().color(color).pos(Pos::new(side, VPos::Center));
    root.draw(&Text::new(text.to_owned(), at, style)).map_err(io::Error::other)
}

/// A name cut to the room it has. No font is at hand: capitals and what is not ASCII count as wide.
fn cut(name: &str) -> String {
    let wide = |c: char| if c.is_ascii() && !c.is_ascii_uppercase() { 9 } else { 12 };
    let room = NAMES - 14;
    if name.chars().map(wide).sum::<i32>() <= room {
        return name.to_owned();
    }
    let mut taken = wide('…');
    let fits = |c: &char| {
        taken += wide(*c);
        taken <= room
    };
    name.chars().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(name: &str, value: i64) -> Bar {
        Bar { name: name.to_owned(), value, shown: format!("{value}"), other: None }
    }

    fn widths(svg: &str) -> Vec<i32> {
        let rects = svg.lines().filter(|line| line.starts_with("<rect"));
        let width = |line: &str| line.split("width=\"").nth(1)?.split('"').next()?.parse().ok();
        rects.filter_map(width).collect()
    }

    #[test]
    fn bars_are_as_long_as_their_values_and_names_are_text() {
        let room = WIDTH as i32 - NAMES - FIGURES;
        let svg =
            lying(&[bar("</svg><script>", 4000), bar("b", 1000), bar("c", 1), bar("d", 0), bar("e", -5)])
                .unwrap();
        assert_eq!(widths(&svg), [room, room / 4, 2, 0, 0]);
        assert!(svg.contains("&lt;/svg&gt;&lt;script&gt;") && !svg.contains("<script"), "{svg}");
        let svg = lying(&[bar("a", i64::MAX), bar("b", i64::MAX / 2)]).unwrap();
        assert_eq!(widths(&svg), [room, room / 2 - 1], "rounded down");
        assert_eq!(lying(&[]).unwrap().matches("<rect").count(), 0);
    }

    #[test]
    fn a_name_is_cut_to_its_room_whatever_its_letters() {
        for (name, want) in [
            ("exercise-with-reeducation-no", "exercise-with-reeducation-…"),
            ("EXMB1 EXAMPLE MEDICARE PART B", "EXMB1 EXAMPLE MEDICA…"),
            ("MOD001 missing-plan-modifier", "MOD001 missing-plan-modif…"),
            ("short", "short"),
            ("", ""),
        ] {
            assert_eq!(cut(name), want);
        }
    }

    #[test]
    fn every_week_has_its_bar_and_figures_of_any_size_are_drawn() {
        for (count, value) in [(1, 5), (3, 0), (10, 7), (11, 7), (104, 100_000), (2, i64::MAX), (2, i64::MIN)]
        {
            let bars = vec![bar("2026-03-02", value); count];
            let svg = standing(&bars, &|cents| cents.to_string()).unwrap();
            assert_eq!(svg.matches("fill=\"#B44A26\"").count(), count, "{count} {value}: {svg}");
            assert!(!svg.contains("\"-"), "a length below nothing: {svg}");
        }
        standing(&[], &|cents| cents.to_string()).unwrap();
    }

    #[test]
    fn parts_never_exceed_the_whole() {
        assert_eq!(widths(&parts(25, 25, 100).unwrap()), [1040, 520, 260]);
        assert_eq!(widths(&parts(500, 25, 100).unwrap()), [1040, 1040, 1040]);
        assert_eq!(widths(&parts(0, 0, 0).unwrap()), [1040]);
        assert_eq!(widths(&parts(i64::MAX, i64::MAX, 1).unwrap()), [1040, 1040, 1040]);
    }
}

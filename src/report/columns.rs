//! Rows of cells as a table of text, in columns as wide as their widest cell.

use std::io;

/// Writes rows, the first `left` columns flush left, the others flush right.
pub(super) fn table(out: &mut dyn io::Write, rows: &[Vec<String>], left: usize) -> io::Result<()> {
    let mut widths = Vec::new();
    for row in rows {
        widths.resize(row.len().max(widths.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in rows {
        let mut line = String::new();
        for (n, (cell, width)) in row.iter().zip(&widths).enumerate() {
            line.push_str("  ");
            line.push_str(&if n < left { format!("{cell:<width$}") } else { format!("{cell:>width$}") });
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

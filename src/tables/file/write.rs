//! A table file from its contents.

use crate::error::{Error, Result};

use super::{CHECKED_FROM, Contents, FORMAT, HEAD, Limit, MAGIC, SECTIONS, Window};

impl Contents {
    /// The bytes of the file.
    pub(in crate::tables) fn to_bytes(&self) -> Result<Vec<u8>> {
        let sources = serde_json::to_vec(&self.sources)
            .map_err(|e| Error::internal(format!("the sources cannot be written: {e}")))?;
        let mut out = vec![0; HEAD];
        let mut lengths = [0u64; SECTIONS];
        let mut from = HEAD;
        let mut end = |n: usize, out: &[u8]| {
            if let Some(length) = lengths.get_mut(n) {
                *length = (out.len() - from) as u64;
            }
            from = out.len();
        };
        out.extend_from_slice(&sources);
        end(0, &out);
        for table in &self.tables {
            let (year, number) = table.quarter.parts();
            out.extend_from_slice(&[u8::from(table.limits), table.setting as u8]);
            out.extend_from_slice(&year.to_le_bytes());
            out.extend_from_slice(&[number, 0]);
        }
        end(1, &out);
        for code in &self.codes {
            out.extend(code.packed().to_be_bytes().iter().take(5));
        }
        end(2, &out);
        for date in &self.dates {
            out.extend_from_slice(&date.number().to_le_bytes());
        }
        end(3, &out);
        for (windows, n) in self.windows.iter().zip([4, 6]) {
            index(windows, self.codes.len(), &mut out);
            end(n, &out);
            for window in windows {
                put_window(window, &mut out);
            }
            end(n + 1, &out);
        }
        for (_, limits) in self.tables.iter().zip(&self.limits).filter(|(table, _)| table.limits) {
            out.extend_from_slice(&(limits.len() as u32).to_le_bytes());
            limits.iter().for_each(|limit| put_limit(limit, &mut out));
        }
        end(8, &out);
        head(&mut out, &lengths);
        Ok(out)
    }
}

/// Where the windows of each code as column 1 begin, and where the last end.
fn index(windows: &[Window], codes: usize, out: &mut Vec<u8>) {
    let mut at = 0;
    for code in 0..=codes {
        while windows.get(at).is_some_and(|w| usize::from(w.column1) < code) {
            at += 1;
        }
        out.extend_from_slice(&(at as u32).to_le_bytes());
    }
}

fn put_window(window: &Window, out: &mut Vec<u8>) {
    for number in [window.column2, window.begin, window.last] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out.push(window.table | u8::from(window.bypass) << 7);
}

fn put_limit(limit: &Limit, out: &mut Vec<u8>) {
    out.extend_from_slice(&limit.code.to_le_bytes());
    out.extend_from_slice(&limit.value.to_le_bytes());
    out.push(limit.mai);
}

fn head(out: &mut [u8], lengths: &[u64; SECTIONS]) {
    let mut head = Vec::with_capacity(HEAD);
    head.extend_from_slice(&MAGIC);
    head.extend_from_slice(&FORMAT.to_le_bytes());
    head.extend_from_slice(&[0; 4]);
    head.extend_from_slice(&(out.len() as u64).to_le_bytes());
    lengths.iter().for_each(|length| head.extend_from_slice(&length.to_le_bytes()));
    out[..HEAD].copy_from_slice(&head);
    let sum = crc32fast::hash(&out[CHECKED_FROM..]);
    out[CHECKED_FROM - 4..CHECKED_FROM].copy_from_slice(&sum.to_le_bytes());
}

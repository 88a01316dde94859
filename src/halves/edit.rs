//! A segment as it stands in the file, with other values in some of its elements. All other bytes stay.

use crate::x12::delimiters::Delimiters;
use crate::x12::segment::Segment;
use crate::x12::text::number;

/// New values of elements, by their numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Changes(Vec<(usize, Vec<u8>)>);

impl Changes {
    /// Changes nothing.
    pub(super) fn none() -> Changes {
        Changes::default()
    }

    /// Puts a value into an element.
    pub(super) fn put(&mut self, element: usize, value: &[u8]) {
        self.0.push((element, value.to_vec()));
    }

    /// Puts a number into an element, unless it says it already.
    pub(super) fn number(&mut self, said: Option<u64>, element: usize, value: u64) {
        if said != Some(value) {
            self.put(element, value.to_string().as_bytes());
        }
    }

    /// Makes a trailer say a count and repeat a control number.
    pub(super) fn of_trailer(segment: &Segment<'_>, count: u64, control: &[u8]) -> Changes {
        let [said, repeated] = segment.first();
        let mut changes = Changes::none();
        changes.number(number(said), 1, count);
        if repeated.trim_ascii() != control {
            changes.put(2, control);
        }
        changes
    }

    /// The segment with its changes. `raw` ends with the terminator.
    pub(super) fn apply(&self, raw: &[u8], delimiters: &Delimiters) -> Vec<u8> {
        let (body, terminator) = raw.split_at(raw.len().saturating_sub(1));
        let mut parts: Vec<&[u8]> = body.split(|b| *b == delimiters.element).collect();
        for (element, value) in &self.0 {
            if parts.len() <= *element {
                parts.resize(element + 1, &[]);
            }
            parts[*element] = value;
        }
        let mut out = parts.join(&delimiters.element);
        out.extend_from_slice(terminator);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::segments::Segments;

    fn trailer(raw: &str, count: u64, control: &str) -> String {
        let segment = Segments::new(raw.as_bytes(), Delimiters::USUAL).next().unwrap();
        let changes = Changes::of_trailer(&segment, count, control.as_bytes());
        String::from_utf8(changes.apply(raw.as_bytes(), &Delimiters::USUAL)).unwrap()
    }

    #[test]
    fn a_trailer_that_is_right_stays_as_it_is() {
        for raw in ["SE*12*0001~", "SE*0012*0001~", "SE* 12*0001 ~", "se*12*0001*X~"] {
            assert_eq!(trailer(raw, 12, "0001"), raw);
        }
    }

    #[test]
    fn only_what_is_wrong_is_written_anew() {
        for (raw, want) in [
            ("SE*12*0001~", "SE*7*0002~"),
            ("SE*7*1*X~", "SE*7*0002*X~"),
            ("SE*\r\n12*0002~", "SE*7*0002~"),
            ("SE~", "SE*7*0002~"),
            ("SE*x~", "SE*7*0002~"),
        ] {
            assert_eq!(trailer(raw, 7, "0002"), want, "{raw}");
        }
    }
}

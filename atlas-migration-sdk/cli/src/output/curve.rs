//! A small curve in one line of text.

/// The heights of the curve.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A curve over the whole time of a wait: when it has no more room, each two points become one.
pub(crate) struct Curve {
    width: usize,
    count: usize,
    /// Each is the highest of `values_per_point` values.
    points: Vec<u64>,
    values_per_point: usize,
}

impl Curve {
    /// A curve of at most this many columns.
    pub(crate) fn new(width: usize) -> Self {
        Self { width, count: 0, points: Vec::new(), values_per_point: 1 }
    }

    pub(crate) fn push(&mut self, value: u64) {
        match self.points.get_mut(self.count / self.values_per_point) {
            Some(point) => *point = value.max(*point),
            None => self.points.push(value),
        }
        self.count += 1;
        if self.points.len() > self.width {
            self.points = self.points.chunks(2).filter_map(|pair| pair.iter().max().copied()).collect();
            self.values_per_point *= 2;
        }
    }

    /// The highest value so far.
    pub(crate) fn highest(&self) -> Option<u64> {
        self.points.iter().max().copied()
    }

    /// The curve, empty until there are two points.
    pub(crate) fn draw(&self) -> String {
        let Some(highest) = self.highest().filter(|_| self.points.len() > 1) else {
            return String::new();
        };
        let level = |value: &u64| {
            // Zero is the lowest level only for zero, so that a small lag is visible.
            let steps = (LEVELS.len() - 1) as u128;
            (u128::from(*value) * steps).div_ceil(u128::from(highest.max(1))) as usize
        };
        self.points.iter().map(|value| LEVELS[level(value)]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn draws(width: usize, values: &[u64], expected: &str) {
        let mut curve = Curve::new(width);
        for value in values {
            curve.push(*value);
        }
        assert_eq!(curve.draw(), expected, "{values:?}");
        assert_eq!(curve.highest(), values.iter().max().copied());
    }

    #[test]
    fn curves() {
        draws(8, &[], "");
        draws(8, &[5], "");
        draws(8, &[0, 0], "▁▁");
        draws(8, &[7, 6, 5, 4, 3, 2, 1, 0], "█▇▆▅▄▃▂▁");
        draws(8, &[u64::MAX, 1, 0], "█▂▁");
        // More values than columns: each point is the highest of several.
        draws(4, &[8, 8, 8, 8, 0], "██▁");
        draws(4, &[8, 8, 8, 8, 0, 0, 8, 0], "██▁█");
    }

    #[test]
    fn a_curve_keeps_its_width() {
        for width in 2..9 {
            let mut curve = Curve::new(width);
            for value in 0..1000 {
                curve.push(value);
                assert!(curve.draw().chars().count() <= width);
            }
        }
    }
}

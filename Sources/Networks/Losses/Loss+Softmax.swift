internal import RealModule
internal import LinearAlgebra

/// −Σ t log softmax(z) of each row, the fused form: exact where the probabilities have long rounded
/// to 0 or 1.
///
///     z₀ the largest      s = Σ_{j ≠ 0} e^{z_j − z₀}
///     ℓ = Σ t · log(1 + s) + Σ t_j (z₀ − z_j)      ∂ℓ/∂z = Σ t · softmax(z) − t
///
/// Without the largest, log(1 + s) keeps the digits of a loss far below 1. Rows go through in strips,
/// so that their powers are taken by vector instructions: this is most of the time of a line search.
///
/// - Parameters:
///   - logits: z, samples × outputs.
///   - targets: of the same samples; labels stand for one-hot rows.
///   - smoothing: each target t becomes `keep · t + add`.
///   - losses: as many numbers as samples; set to ℓ.
///   - gradients: set to ∂ℓ/∂z, unless it is empty.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func softmaxCrossentropies<Scalar: BLASScalar>(
  _ logits: Matrix<Scalar>, _ targets: Targets<Scalar>, _ smoothing: (keep: Double, add: Double),
  _ losses: inout [Double], _ gradients: inout [Scalar]
) {
  switch targets {
  case .labels(let labels):
    sweep(logits, &losses, &gradients) { sample, column in
      (column == labels[sample] ? smoothing.keep : 0) + smoothing.add
    }
  case .values(let truths):
    precondition(truths.columns == logits.columns, "\(truths.columns) targets a sample")
    sweep(logits, &losses, &gradients) { sample, column in
      smoothing.keep * Double(truths[sample, column]) + smoothing.add
    }
  }
}

@inline(__always)
private func sweep<Scalar: BLASScalar>(
  _ logits: Matrix<Scalar>, _ losses: inout [Double], _ gradients: inout [Scalar],
  target: (_ sample: Int, _ column: Int) -> Double
) {
  let width = logits.columns
  let stripRows = max(1, 1024 / max(width, 1))
  var powers = [Double](repeating: 0, count: stripRows * width)
  var tops = [Int](repeating: 0, count: stripRows)
  for start in stride(from: 0, to: logits.rows, by: stripRows) {
    let rows = start..<min(start + stripRows, logits.rows)
    powers.removeLast(powers.count - rows.count * width)
    setDifferences(from: logits, rows, &powers, &tops)
    Double.apply(.exponential, to: &powers)
    addUp(logits, rows, powers, tops, &losses, &gradients, target: target)
  }
}

/// Sets `differences` to z_j − z₀ of each row, and `tops` to the place of z₀.
@inline(__always)
private func setDifferences<Scalar: BLASScalar>(
  from logits: Matrix<Scalar>, _ rows: Range<Int>, _ differences: inout [Double],
  _ tops: inout [Int]
) {
  let width = logits.columns
  precondition(width > 0 && rows.upperBound <= logits.rows && rows.lowerBound >= 0)
  precondition(differences.count >= rows.count * width)
  let logits = logits.storage.span
  var differences = differences.mutableSpan
  var tops = tops.mutableSpan
  for row in rows {
    // Selections and no branches, which would be mispredicted at every other class.
    let first = row * width
    var largest = logits[first]
    for column in 0..<width {
      let number = logits[unchecked: first &+ column]
      largest = number > largest ? number : largest
    }
    let place = (row - rows.lowerBound) * width
    let reference = Double(largest)
    var top = 0
    for column in (0..<width).reversed() {
      let number = logits[unchecked: first &+ column]
      top = number == largest ? column : top
      differences[unchecked: place &+ column] = Double(number) - reference
    }
    tops[row - rows.lowerBound] = top
  }
}

/// The losses and gradients of a strip of rows, from the powers of their differences.
@inline(__always)
private func addUp<Scalar: BLASScalar>(
  _ logits: Matrix<Scalar>, _ rows: Range<Int>, _ powers: [Double], _ tops: [Int],
  _ losses: inout [Double], _ gradients: inout [Scalar],
  target: (_ sample: Int, _ column: Int) -> Double
) {
  let width = logits.columns
  precondition(rows.upperBound <= logits.rows && powers.count >= rows.count * width)
  precondition(gradients.isEmpty || gradients.count >= rows.upperBound * width)
  let logits = logits.storage.span
  let (powers, tops) = (powers.span, tops.span)
  var losses = losses.mutableSpan
  var gradients = gradients.mutableSpan
  for row in rows {
    let (first, place) = (row * width, (row - rows.lowerBound) * width)
    let top = tops[row - rows.lowerBound]
    let largest = Double(logits[first + top])
    var (others, weight, shortfall) = (0.0, 0.0, 0.0)
    for column in 0..<width {
      let truth = target(row, column)
      others += column == top ? 0 : powers[unchecked: place &+ column]
      weight += truth
      shortfall += truth * (largest - Double(logits[unchecked: first &+ column]))
    }
    losses[row] = weight * Double.log(onePlus: others) + shortfall
    guard !gradients.isEmpty else { continue }
    let share = weight / (1 + others)
    for column in 0..<width {
      gradients[unchecked: first &+ column] = Scalar(
        share * powers[unchecked: place &+ column] - target(row, column))
    }
  }
}

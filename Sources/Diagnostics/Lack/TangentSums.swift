import LinearAlgebra
import Networks

/// Sums of one pass over the samples of one part for a change δθ of the first layers' weights. With
/// the rows `u = J δθ` or `u = v − J δθ` they give `E‖u‖²` and the gradients `E[Jᵀ u]` with respect
/// to each layer's weights. No row is kept.
struct TangentSums<Scalar: BLASScalar>: BlockSums, PassSums {
  /// Which rows u are formed for a change of weights.
  enum Rows: Sendable {
    /// `u = J δθ`.
    case tangent
    /// `u = v − J δθ`, v the desired updates of the target layer.
    case residual
  }

  private struct Entry {
    /// δθ, as long as there are layers up to its target; negative if the rows are a residual.
    let weightUpdates: [Matrix<Scalar>]
    var rows: [Matrix<Scalar>]
    var squaredNorm = 0.0
    var gradients: [ProductSum]
  }

  private let kind: Rows
  /// Whether they are over the held-out samples, and not over the training samples.
  private let isOfHeldOut: Bool
  private let references: [[Scalar]]
  private var entries: [Entry]
  private var total = SampleTotal()
  private var product: [Scalar] = []

  /// Sums of nothing.
  ///
  /// - Parameters:
  ///   - weightUpdates: one δθ per target; it has a matrix for each layer up to the target.
  ///   - kind: which rows.
  ///   - references: the reference point of each layer's inputs.
  ///   - isOfHeldOut: whether they are over the held-out samples.
  init(
    _ weightUpdates: [[Matrix<Double>]], kind: Rows, references: [[Scalar]],
    isOfHeldOut: Bool = false
  ) {
    self.kind = kind
    self.isOfHeldOut = isOfHeldOut
    self.references = references
    entries = weightUpdates.map { updates in
      let sign = kind == .residual ? -1.0 : 1
      return Entry(
        weightUpdates: updates.map { Matrix(sign * $0) },
        rows: updates.map { Matrix(rows: 0, columns: $0.columns) },
        gradients: updates.map {
          ProductSum(leftColumns: $0.rows, rightColumns: $0.columns)
        })
    }
  }

  mutating func add(_ block: SampleBlock<Scalar>, pass: inout Pass<Scalar>) throws {
    guard !(isOfHeldOut ? block.heldOut : block.training).isEmpty else { return }
    let part = isOfHeldOut ? block.heldOutPart : block.trainingPart
    switch kind {
    case .tangent: pass.runForward(part, references: references)
    case .residual: try pass.run(part, references: references)
    }
    // J δθ is linear in the inputs, so that the rows u are weighed with them.
    pass.weigh(part)
    add(part, from: pass)
  }

  /// Adds training samples that went forward, for residuals back, too, and were weighed.
  mutating func add(_ part: SampleBlock<Scalar>, from pass: Pass<Scalar>) {
    total.add(part.training, weights: part.weights)
    for index in entries.indices {
      let target = entries[index].weightUpdates.count - 1
      pass.pushForward(entries[index].weightUpdates, into: &entries[index].rows)
      if kind == .residual {
        entries[index].rows[target].add(pass.desiredUpdates[target])
      }
      entries[index].squaredNorm += entries[index].rows[target].squaredNorm(ofRows: part.training)
      pass.pullBack(&entries[index].rows)
      for layer in 0...target {
        entries[index].gradients[layer].add(
          pass.inputs[layer], entries[index].rows[layer], rows: part.training, product: &product)
      }
    }
  }

  mutating func merge(_ other: TangentSums) {
    total.merge(other.total)
    for index in entries.indices {
      entries[index].squaredNorm += other.entries[index].squaredNorm
      for layer in entries[index].gradients.indices {
        entries[index].gradients[layer].merge(other.entries[index].gradients[layer])
      }
    }
  }

  mutating func carry(in stream: inout NumberStream) {
    total.carry(in: &stream)
    for index in entries.indices {
      stream.carry(&entries[index].squaredNorm)
      for layer in entries[index].gradients.indices {
        entries[index].gradients[layer].carry(in: &stream)
      }
    }
  }

  /// `E‖u‖²` and `E[Jᵀ u]` for each δθ.
  var averages: [(squaredNorm: Double, gradients: [Matrix<Double>])] {
    entries.map { entry in
      (
        entry.squaredNorm / total.weight,
        entry.gradients.map { $0.mean(over: total.weight) }
      )
    }
  }
}

extension Matrix {
  /// Replaces the elements by random numbers of mean 0 and variance 1, which depend on the row's
  /// seed and the column alone.
  ///
  /// Uniform numbers and not signs: where a unit acts on two outputs alike, signs would cancel to
  /// exactly 0, and the unit would look dead.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func setRandom(seededBy seeds: [Int]) {
    setRowCount(seeds.count)
    for (row, seed) in seeds.enumerated() {
      var generator = SeededGenerator(seed: UInt64(truncatingIfNeeded: seed))
      for column in 0..<columns {
        let share = Double(generator.next() >> 11) * 0x1p-53
        storage[row * columns + column] = Scalar((2 * share - 1) * 3.0.squareRoot())
      }
    }
  }
}

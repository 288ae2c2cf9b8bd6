import LinearAlgebra
import Networks

/// What one pass over the training samples says about a change δθ of the first layers' weights: the
/// rows `u = J δθ`, or `u = v − J δθ`, as `E‖u‖²` and the gradients `E[Jᵀ u]` by each
/// layer's weights. No row is kept.
struct TangentSums<Scalar: BLASScalar>: BlockSums, PassSums {
  /// What is asked about each change of weights.
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
  init(_ weightUpdates: [[Matrix<Double>]], kind: Rows, references: [[Scalar]]) {
    self.kind = kind
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
    guard !block.training.isEmpty else { return }
    let part = block.trainingPart
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

/// Sums for the sensitivity `G_l = E[U_l U_lᵀ]`, `U_l = ∂a_target / ∂a_l`, of all layers before each
/// target.
///
/// Instead of a row per sample and output of the target, each sample carries back one row of random
/// numbers of mean 0 and variance 1, whose outer product is U Uᵀ on average.
struct SensitivitySums<Scalar: BLASScalar>: BlockSums, PassSums {
  private struct Entry {
    var rows: [Matrix<Scalar>]
    var grams: [ProductSum]
  }

  private let references: [[Scalar]]
  private var entries: [Entry]
  private var total = SampleTotal()
  private var product: [Scalar] = []

  /// Sums of nothing.
  ///
  /// - Parameters:
  ///   - targets: the target layers.
  ///   - network: the network they are layers of.
  ///   - references: the reference point of each layer's inputs.
  init(targets: [Int], network: Network<Scalar>, references: [[Scalar]]) {
    self.references = references
    entries = targets.map { target in
      let widths = network.layers[...target].map(\.outputs)
      return Entry(
        rows: widths.map { Matrix(rows: 0, columns: $0) },
        grams: widths.dropLast().map { ProductSum(leftColumns: $0, rightColumns: $0) })
    }
  }

  mutating func add(_ block: SampleBlock<Scalar>, pass: inout Pass<Scalar>) throws {
    guard !block.training.isEmpty else { return }
    let part = block.trainingPart
    pass.runForward(part, references: references)
    add(part, from: pass)
  }

  /// Adds training samples that went forward.
  mutating func add(_ part: SampleBlock<Scalar>, from pass: Pass<Scalar>) {
    let roots = part.weightRoots
    total.add(part.training, weights: part.weights)
    for index in entries.indices {
      let target = entries[index].rows.count - 1
      entries[index].rows[target].setRandom(seededBy: part.sourceRows)
      if let roots { entries[index].rows[target].multiplyRows(by: roots) }
      pass.pullBack(&entries[index].rows)
      for layer in 0..<target {
        entries[index].grams[layer].addGram(
          entries[index].rows[layer], rows: part.training, product: &product)
      }
    }
  }

  mutating func merge(_ other: SensitivitySums) {
    total.merge(other.total)
    for index in entries.indices {
      for layer in entries[index].grams.indices {
        entries[index].grams[layer].merge(other.entries[index].grams[layer])
      }
    }
  }

  /// G of each layer before the target, for each target.
  var sensitivities: [[Matrix<Double>]] {
    entries.map { $0.grams.map { $0.symmetricMean(over: total.weight) } }
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
  fileprivate mutating func setRandom(seededBy seeds: [Int]) {
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

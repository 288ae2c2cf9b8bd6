import LinearAlgebra
import Networks

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

  mutating func carry(in stream: inout NumberStream) {
    total.carry(in: &stream)
    for index in entries.indices {
      for layer in entries[index].grams.indices {
        entries[index].grams[layer].carry(in: &stream)
      }
    }
  }

  /// G of each layer before the target, for each target.
  var sensitivities: [[Matrix<Double>]] {
    entries.map { $0.grams.map { $0.symmetricMean(over: total.weight) } }
  }
}

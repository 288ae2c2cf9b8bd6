import LinearAlgebra
import Networks

/// The sums of some rows of a layer's moments: those that belong to some of its inputs.
///
/// Moments of wide layers are large, and there is one of each. Workers share the work by panels, not
/// by samples: every sum is added up in the order of the samples whoever does it, so that the
/// number of workers does not even change the rounding.
struct MomentPanel<Scalar: BLASScalar>: Sendable {
  /// The layer, counted from 0.
  let layer: Int
  /// The inputs, without the constant 1 of a bias: its moments are means, which cost no products.
  let inputs: Range<Int>
  /// Of S what is not below the diagonal, of M, and for the training part of the next layer's.
  var gram: ProductSum
  var cross: ProductSum
  var successive: ProductSum
  var nextCross: ProductSum
  /// How many products a sample costs.
  let cost: Int
  /// The samples that count.
  let part: Part
  /// Whether there are moments with the next layer, where neurons are judged.
  private let isJudged: Bool

  /// Which samples of a block count.
  enum Part: Sendable { case training, heldOut }

  /// As many as fill the BLAS's kernels, and few enough that a panel's product stays in the cache.
  private static var preferredInputs: Int { 400 }

  /// The panels of a layer's moments.
  ///
  /// - Parameters:
  ///   - layer: counted from 0.
  ///   - network: whose layer it is.
  ///   - part: the samples; those that are held out judge updates of the layer itself and nothing
  ///     else.
  /// - Returns: panels that have each of the layer's inputs once.
  static func panels(
    ofLayer layer: Int, of network: Network<Scalar>, part: Part
  ) -> [MomentPanel] {
    let width = network.layers[layer].inputs
    let count = max(1, (width + preferredInputs / 2) / preferredInputs)
    // Whole cache lines.
    let size = max(1, (width + count - 1) / count + 15) & ~15
    return stride(from: 0, to: width, by: size).map { first in
      MomentPanel(
        layer: layer, inputs: first..<min(first + size, width), of: network, part: part)
    }
  }

  private init(layer: Int, inputs: Range<Int>, of network: Network<Scalar>, part: Part) {
    self.layer = layer
    self.inputs = inputs
    self.part = part
    let own = network.layers[layer]
    let next = part == .training ? network.layers.dropFirst(layer + 1).first : nil
    gram = ProductSum(left: inputs, right: inputs.lowerBound..<own.inputs)
    cross = ProductSum(left: inputs, right: 0..<own.outputs)
    isJudged = next != nil
    successive = ProductSum(left: inputs, right: 0..<(next?.inputs ?? 0))
    nextCross = ProductSum(left: inputs, right: 0..<(next?.outputs ?? 0))
    let columns =
      own.inputs - inputs.lowerBound + own.outputs
      + (next.map { $0.inputs + $0.outputs } ?? 0)
    cost = inputs.count * columns
  }

  /// Adds the samples of some blocks.
  mutating func add(_ blocks: [BlockTrace<Scalar>], product: inout [Scalar]) {
    func factors(
      _ right: (Trace<Scalar>) -> Matrix<Scalar>
    ) -> [ProductSum.Factors<Scalar>] {
      blocks.map {
        (
          left: $0.trace.inputs[layer], right: right($0.trace),
          rows: part == .training ? $0.training : $0.heldOut
        )
      }
    }
    gram.addGram(factors { $0.inputs[layer] }, product: &product)
    cross.add(factors { $0.desiredUpdates[layer] }, product: &product)
    guard isJudged else { return }
    successive.add(factors { $0.inputs[layer + 1] }, product: &product)
    nextCross.add(factors { $0.desiredUpdates[layer + 1] }, product: &product)
  }
}

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
  /// The rows of these inputs in the upper triangle of S, then in M; for the training part also in
  /// C and E[b vᵀ] of the next layer. These columns are adjacent in `LayerColumns`.
  var sum: ProductSum
  /// The same of the ranges so far, and of the range that is under way.
  private var running = RunningSums<ProductSum>()
  private var rangeSum: ProductSum
  /// The number of multiplications for each sample.
  let cost: Int
  /// The samples that count.
  let part: Part

  /// Which samples of a block count.
  enum Part: Sendable { case training, heldOut }

  /// The number of inputs in a panel: enough to fill the kernels of the BLAS, and few enough that
  /// the panel's product stays in the cache.
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
    let layout = LayerColumnLayout(of: network)
    let last = part == .training ? min(layer + 1, network.layers.count - 1) : layer
    let first = layout.inputs[layer].lowerBound
    let left = first + inputs.lowerBound..<first + inputs.upperBound
    let right = left.lowerBound..<layout.desiredUpdates[last].upperBound
    sum = ProductSum(left: left, right: right)
    rangeSum = sum
    cost = left.count * right.count
  }

  /// Adds the samples of some blocks of a range.
  ///
  /// - Parameters:
  ///   - blocks: one after the other.
  ///   - place: where they are.
  ///   - product: a buffer, which the caller keeps.
  mutating func add(
    _ blocks: [BlockColumns<Scalar>], _ place: FirstPassRound.Place, product: inout [Scalar]
  ) {
    // What is all of a range needs no buffer: it is added to the ranges before it where those are.
    if place.isWholeRange, let before = running.takeSiblings(before: .range(place.range)) {
      rangeSum = before
    }
    rangeSum.addGram(
      blocks.map { block in
        let numbers = block.layerColumns.numbers
        return (numbers, numbers, part == .training ? block.training : block.heldOut)
      }, product: &product)
  }

  /// Adds the range that is under way to those before it.
  ///
  /// - Parameters:
  ///   - place: which range it is.
  ///   - tree: of all ranges.
  ///   - channel: that of this panel alone.
  ///   - processes: who shares the ranges.
  /// - Throws: an error if a process has failed.
  mutating func endRange(
    _ place: Int, in tree: RangeTree, channel: Int, among processes: any Processes
  ) async throws {
    let own = rangeSum
    // Nobody else holds the numbers: sums are added where they are.
    rangeSum = ProductSum(left: own.left, right: own.right)
    try await processes.add(
      consume own, of: .range(place), in: tree, to: &running, channel: channel)
    guard let total = running.total else { return }
    (sum, running) = (total, RunningSums())
  }

  /// Brings the sum to every process.
  mutating func share(
    of tree: RangeTree, channel: Int, among processes: any Processes
  ) async throws {
    let empty = ProductSum(left: sum.left, right: sum.right)
    sum = try await processes.shared(sum, empty: empty, of: tree, channel: channel)
  }
}

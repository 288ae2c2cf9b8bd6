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
  /// The same of the strand and of the range that are under way, until they are added.
  private var strandSum: ProductSum
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
    (strandSum, rangeSum) = (sum, sum)
    cost = left.count * right.count
  }

  /// Adds the samples of some blocks of a range.
  ///
  /// - Parameters:
  ///   - blocks: one after the other.
  ///   - place: where they are.
  ///   - isShared: whether the sum of the range will be handed on, and not added here.
  ///   - product: a buffer, which the caller keeps.
  mutating func add(
    _ blocks: [BlockColumns<Scalar>], _ place: FirstPassRound.Place, isShared: Bool,
    product: inout [Scalar]
  ) {
    let factors = blocks.map { block in
      let numbers = block.layerColumns.numbers
      return (numbers, numbers, part == .training ? block.training : block.heldOut)
    }
    guard !isShared else { return rangeSum.addGram(factors, product: &product) }
    // What is all of a range, or of a strand, is its sum: no buffer is needed for it.
    switch (place.isWholeRange, place.isOfWholeStrand) {
    case (true, true): sum.addGram(factors, product: &product)
    case (true, false): strandSum.addGram(factors, product: &product)
    case (false, let isOfWholeStrand):
      rangeSum.addGram(factors, product: &product)
      guard place.endsRange else { return }
      if isOfWholeStrand {
        sum.merge(taking: &rangeSum)
      } else {
        strandSum.merge(taking: &rangeSum)
      }
    }
    if place.endsStrand { sum.merge(taking: &strandSum) }
  }

  /// Hands on what has been added of a range; only this process of the last range keeps the sum.
  ///
  /// - Parameters:
  ///   - place: which range it is.
  ///   - order: of all ranges.
  ///   - channel: that of this panel alone.
  ///   - processes: who shares the ranges.
  /// - Throws: an error if a process has failed.
  mutating func handOn(
    range place: Int, in order: RangeOrder, channel: Int, among processes: any Processes
  ) async throws {
    let empty = ProductSum(left: rangeSum.left, right: rangeSum.right)
    var running = RunningSums<ProductSum>()
    let own = rangeSum
    // Nobody else holds the numbers: the sum is added where they are.
    rangeSum = empty
    try await processes.add(
      consume own, ofRange: place, in: order, to: &running, channel: channel)
    sum = running.total ?? empty
  }

  /// Brings the sum to every process.
  mutating func share(
    of rangeCount: Int, channel: Int, among processes: any Processes
  ) async throws {
    let empty = ProductSum(left: sum.left, right: sum.right)
    sum = try await processes.shared(sum, empty: empty, of: rangeCount, channel: channel)
  }
}

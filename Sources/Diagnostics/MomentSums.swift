import LinearAlgebra
import Networks

/// The sums behind `Moments`, over the blocks so far.
struct MomentSums<Scalar: BLASScalar>: Sendable {
  private let references: [[Scalar]]
  private let hasBias: [Bool]
  private let rankTolerance: Double
  private var tally: MomentTally
  /// The most work first; none for a layer that is not asked for.
  private var panels: [MomentPanel<Scalar>]

  /// Sums of nothing.
  ///
  /// - Parameters:
  ///   - network: the network whose layers they are about.
  ///   - references: the reference point of each layer's inputs.
  ///   - part: the samples. Those that are held out only judge, so that all that is asked about is
  ///     what an update of the second and later layers does. With `nil` they are counted, and nothing
  ///     else.
  ///   - rankTolerance: of the moments.
  init(
    network: Network<Scalar>, references: [[Scalar]], part: MomentPanel<Scalar>.Part?,
    rankTolerance: Double
  ) {
    self.references = references
    self.rankTolerance = rankTolerance
    hasBias = network.layers.map(\.hasBias)
    tally = MomentTally(ofLayers: network.layers)
    guard let part else {
      panels = []
      return
    }
    let layers = part == .training ? network.layers.indices : network.layers.indices.dropFirst()
    panels = layers.flatMap { MomentPanel.panels(ofLayer: $0, of: network, part: part) }
      .sorted { $0.cost > $1.cost }
  }

  /// The number of samples, without those of weight 0.
  var sampleCount: Int { tally.total.sampleCount }

  /// Counts the samples of a block, whose products the panels add.
  mutating func count(_ block: MomentTally) { tally.merge(block) }

  /// Hands the panels out to be worked on.
  mutating func takePanels() -> [MomentPanel<Scalar>] {
    defer { panels = [] }
    return panels
  }

  /// Takes them back.
  mutating func putBack(_ panels: [MomentPanel<Scalar>]) { self.panels = panels }

  /// The averages, or `nil` over no samples or of samples that only judge.
  ///
  /// They are made layer by layer in place of the sums, which are gone after this: around wide layers
  /// there is much of it.
  mutating func takeMoments() -> Moments? {
    guard sampleCount > 0, panels.contains(where: { $0.layer == 0 }) else { return nil }
    let averages = references.indices.map { index in
      let update = takeUpdateMoments(ofLayer: index)
      return LayerMoments(
        reference: references[index].map { Double($0) }, hasBias: hasBias[index],
        secondMoment: update.secondMoment, crossMoment: update.crossMoment,
        desiredUpdate: update.desiredUpdate, next: takeNextMoments(ofLayer: index),
        rankTolerance: rankTolerance)
    }
    return Moments(
      sampleCount: sampleCount, effectiveCount: tally.total.effectiveCount, layers: averages)
  }

  /// What judges an update of each layer, `nil` for a layer that is not asked for; `nil` over no
  /// samples. The sums are gone after this.
  mutating func takeUpdateMoments() -> [UpdateMoments?]? {
    guard sampleCount > 0 else { return nil }
    return references.indices.map { index in
      panels.contains { $0.layer == index } ? takeUpdateMoments(ofLayer: index) : nil
    }
  }

  private mutating func takeUpdateMoments(ofLayer index: Int) -> UpdateMoments {
    var gram = take(\.gram, ofLayer: index)
    var cross = take(\.cross, ofLayer: index)
    return UpdateMoments(
      secondMoment: Matrix(
        takingSymmetricMeanOf: &gram, border: hasBias[index] ? tally.inputMeans(index) : nil,
        over: tally.total.weight),
      crossMoment: Matrix(
        takingMeanOf: &cross, right: nil, bottom: hasBias[index] ? tally.updateMeans(index) : nil,
        over: tally.total.weight),
      desiredUpdate: tally.desiredUpdates[index] / tally.total.weight)
  }

  private mutating func takeNextMoments(ofLayer index: Int) -> LayerMoments.NextMoments? {
    let next = index + 1
    guard next < references.count else { return nil }
    var successive = take(\.successive, ofLayer: index)
    var cross = take(\.nextCross, ofLayer: index)
    return LayerMoments.NextMoments(
      successiveMoment: Matrix(
        takingMeanOf: &successive, right: hasBias[next] ? tally.inputMeans(index) + [1] : nil,
        bottom: hasBias[index] ? tally.inputMeans(next) + (hasBias[next] ? [1] : []) : nil,
        over: tally.total.weight),
      crossMoment: Matrix(
        takingMeanOf: &cross, right: nil, bottom: hasBias[index] ? tally.updateMeans(next) : nil,
        over: tally.total.weight))
  }

  /// One kind of a layer's sums, its rows in order; nothing is left of them in the panels.
  private mutating func take(
    _ kind: WritableKeyPath<MomentPanel<Scalar>, ProductSum>, ofLayer layer: Int
  ) -> [ProductSum] {
    panels.indices.filter { panels[$0].layer == layer }
      .sorted { panels[$0].inputs.lowerBound < panels[$1].inputs.lowerBound }
      .map { index in
        var sum = ProductSum(left: 0..<0, right: 0..<0)
        swap(&sum, &panels[index][keyPath: kind])
        return sum
      }
  }
}

/// The sums of moments that are no products of matrices.
struct MomentTally: Sendable {
  private(set) var total = SampleTotal()
  /// Σ w ‖v‖² of each layer.
  private(set) var desiredUpdates: [Double]
  /// Σ w b of each layer, without the constant 1, and Σ w v.
  private var inputs: [[Double]]
  private var updates: [[Double]]

  /// That of no samples.
  init<Scalar>(ofLayers layers: [Layer<Scalar>]) {
    desiredUpdates = layers.map { _ in 0 }
    inputs = layers.map { [Double](repeating: 0, count: $0.inputs) }
    updates = layers.map { [Double](repeating: 0, count: $0.outputs) }
  }

  /// Adds some samples of a block that went forward and back, and was weighed if there are weights.
  mutating func add<Scalar>(_ trace: Trace<Scalar>, rows: Range<Int>, weights: [Double]? = nil) {
    total.add(rows, weights: weights)
    // The rows have been multiplied by √w once.
    let roots = weights.map { $0.map { Scalar($0.squareRoot()) } }
    for index in inputs.indices {
      if let roots {
        trace.inputs[index].addColumnSums(ofRows: rows, times: roots, to: &inputs[index])
        trace.desiredUpdates[index].addColumnSums(ofRows: rows, times: roots, to: &updates[index])
      } else {
        trace.inputs[index].addColumnSums(ofRows: rows, to: &inputs[index])
        trace.desiredUpdates[index].addColumnSums(ofRows: rows, to: &updates[index])
      }
      desiredUpdates[index] += trace.desiredUpdates[index].squaredNorm(ofRows: rows)
    }
  }

  mutating func merge(_ other: MomentTally) {
    total.merge(other.total)
    for index in inputs.indices {
      desiredUpdates[index] += other.desiredUpdates[index]
      Double.add(other.inputs[index], in: inputs[index].indices, to: &inputs[index])
      Double.add(other.updates[index], in: updates[index].indices, to: &updates[index])
    }
  }

  /// E b of a layer, without the constant 1.
  func inputMeans(_ layer: Int) -> [Double] { inputs[layer].map { $0 / total.weight } }

  /// E v of a layer.
  func updateMeans(_ layer: Int) -> [Double] { updates[layer].map { $0 / total.weight } }
}

import LinearAlgebra
import Networks

/// The sums behind `Moments`, over the blocks one worker has seen; mergeable.
struct MomentSums<Scalar: BLASScalar>: Sendable {
  private(set) var total = SampleTotal()
  private let references: [[Scalar]]
  /// `nil` for a layer that is not asked for.
  private var layers: [LayerSums?]

  private struct LayerSums {
    let hasBias: Bool
    var gram: ProductSum
    var cross: ProductSum
    var desiredUpdate = 0.0
    var successive: ProductSum?
    var nextCross: ProductSum?

    mutating func takeNext(over total: Double) -> LayerMoments.NextMoments? {
      guard let successive = successive?.takeMean(over: total),
        let cross = nextCross?.takeMean(over: total)
      else { return nil }
      return LayerMoments.NextMoments(successiveMoment: successive, crossMoment: cross)
    }
  }

  /// Sums of nothing.
  ///
  /// - Parameters:
  ///   - network: the network whose layers they are about.
  ///   - references: the reference point of each layer's inputs.
  ///   - judging: whether the samples only judge, so that all that is asked about is what an update
  ///     of the second and later layers does.
  init(network: Network<Scalar>, references: [[Scalar]], judging: Bool = false) {
    self.references = references
    let count = network.layers.count
    layers = network.layers.indices.map { index in
      if judging, index == 0 { return nil }
      let layer = network.layers[index]
      let width = layer.weights.rows
      let next = index + 1 < count && !judging ? network.layers[index + 1] : nil
      return LayerSums(
        hasBias: layer.hasBias,
        gram: ProductSum(leftColumns: width, rightColumns: width),
        cross: ProductSum(leftColumns: width, rightColumns: layer.outputs),
        successive: next.map { ProductSum(leftColumns: width, rightColumns: $0.weights.rows) },
        nextCross: next.map { ProductSum(leftColumns: width, rightColumns: $0.outputs) })
    }
  }

  /// Adds some rows of a block that went forward and back, its inputs relative to the references.
  ///
  /// - Parameters:
  ///   - pass: the block; weighed, if there are weights.
  ///   - rows: those to add.
  ///   - weights: of all rows of the block.
  ///   - product: room for the products.
  mutating func add(
    _ pass: Pass<Scalar>, rows: Range<Int>, weights: [Double]? = nil, product: inout [Scalar]
  ) {
    total.add(rows, weights: weights)
    for index in layers.indices {
      let inputs = pass.inputs[index]
      let updates = pass.desiredUpdates[index]
      layers[index]?.gram.addGram(inputs, rows: rows, product: &product)
      layers[index]?.cross.add(inputs, updates, rows: rows, product: &product)
      layers[index]?.desiredUpdate += updates.squaredNorm(ofRows: rows)
      guard index + 1 < layers.count else { break }
      layers[index]?.successive?.add(
        inputs, pass.inputs[index + 1], rows: rows, product: &product)
      layers[index]?.nextCross?.add(
        inputs, pass.desiredUpdates[index + 1], rows: rows, product: &product)
    }
  }

  mutating func merge(_ other: MomentSums) {
    total.merge(other.total)
    for index in layers.indices {
      guard let more = other.layers[index] else { continue }
      layers[index]?.gram.merge(more.gram)
      layers[index]?.cross.merge(more.cross)
      layers[index]?.desiredUpdate += more.desiredUpdate
      if let successive = more.successive { layers[index]?.successive?.merge(successive) }
      if let nextCross = more.nextCross { layers[index]?.nextCross?.merge(nextCross) }
    }
  }

  /// The averages, or `nil` over no samples or of samples that only judge.
  func moments() -> Moments? {
    var sums = self
    return sums.takeMoments()
  }

  /// The same, in the memory of the sums, which are gone after this: around wide layers there is
  /// much of it.
  mutating func takeMoments() -> Moments? {
    guard total.sampleCount > 0, !layers.contains(where: { $0 == nil }) else { return nil }
    var averages: [LayerMoments] = []
    for (index, reference) in references.enumerated() {
      guard var layer = layers[index] else { return nil }
      layers[index] = nil
      averages.append(
        LayerMoments(
          reference: reference.map { Double($0) }, hasBias: layer.hasBias,
          secondMoment: layer.gram.takeSymmetricMean(over: total.weight),
          crossMoment: layer.cross.takeMean(over: total.weight),
          desiredUpdate: layer.desiredUpdate / total.weight,
          next: layer.takeNext(over: total.weight), rankTolerance: rankTolerance))
    }
    return Moments(
      sampleCount: total.sampleCount, effectiveCount: total.effectiveCount, layers: averages)
  }

  /// What judges an update of each layer, `nil` for a layer that is not asked for; `nil` over no
  /// samples.
  func updateMoments() -> [UpdateMoments?]? {
    guard total.sampleCount > 0 else { return nil }
    return layers.map { layer in
      layer.map {
        UpdateMoments(
          secondMoment: $0.gram.symmetricMean(over: total.weight),
          crossMoment: $0.cross.mean(over: total.weight),
          desiredUpdate: $0.desiredUpdate / total.weight)
      }
    }
  }

  /// Eigenvalues of S, scaled to unit diagonal, below this carry no information: a product of
  /// blocks errs by a part of a unit in the last place of the samples' precision, and sums in double
  /// precision over up to millions of samples by more than one of theirs.
  private var rankTolerance: Double { max(8 * Double(Scalar.ulpOfOne), 1e-12) }
}

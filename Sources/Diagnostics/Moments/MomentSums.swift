import LinearAlgebra
import Networks

/// The sums behind `Moments`, over the blocks so far.
struct MomentSums<Scalar: BLASScalar>: Sendable {
  private let references: [[Scalar]]
  private let layout: LayerColumnLayout
  private let hasBias: [Bool]
  private let rankTolerance: Double
  /// The most work first; none for a layer that is not asked for.
  private var panels: [MomentPanel<Scalar>]

  /// Sums over no samples.
  ///
  /// - Parameters:
  ///   - network: the network whose layers they are about.
  ///   - references: the reference point of each layer's inputs.
  ///   - part: which samples. Held-out samples judge updates of the second and later layers only, so
  ///     only the sums for that are kept; with `nil` none are.
  ///   - rankTolerance: of the moments.
  init(
    network: Network<Scalar>, references: [[Scalar]], part: MomentPanel<Scalar>.Part?,
    rankTolerance: Double
  ) {
    self.references = references
    self.rankTolerance = rankTolerance
    layout = LayerColumnLayout(of: network)
    hasBias = network.layers.map(\.hasBias)
    guard let part else {
      panels = []
      return
    }
    let layers = part == .training ? network.layers.indices : network.layers.indices.dropFirst()
    panels = layers.flatMap { MomentPanel.panels(ofLayer: $0, of: network, part: part) }
      .sorted { $0.cost > $1.cost }
  }

  /// Hands the panels out to be worked on.
  mutating func takePanels() -> [MomentPanel<Scalar>] {
    defer { panels = [] }
    return panels
  }

  /// Takes them back.
  mutating func putBack(_ panels: [MomentPanel<Scalar>]) { self.panels = panels }

  /// The moments.
  ///
  /// They are made layer by layer in the memory of the sums, which matters for wide layers.
  /// Consumes the sums.
  ///
  /// - Parameter tally: the sums that are no products.
  /// - Returns: `nil` if no sample was added, or for the held-out part.
  mutating func takeMoments(_ tally: MomentMeans) -> Moments? {
    guard tally.total.sampleCount > 0, panels.contains(where: { $0.layer == 0 }) else { return nil }
    let averages = references.indices.map { index in
      let next = index + 1 < references.count ? index + 1 : nil
      var products = takeProducts(ofLayer: index, andNext: next, tally)
      var reference = references[index].map { Double($0) }
      if hasBias[index] { forgetConstants(&products, &reference) }
      return LayerMoments(
        reference: reference, hasBias: hasBias[index],
        secondMoment: SymmetricMatrix(products[0]), crossMoment: products[1],
        desiredUpdate: tally.desiredUpdates[index] / tally.total.weight,
        next: next.map { _ in
          LayerMoments.NextMoments(successiveMoment: products[2], crossMoment: products[3])
        }, rankTolerance: rankTolerance)
    }
    return Moments(
      sampleCount: tally.total.sampleCount, effectiveCount: tally.total.effectiveCount,
      layers: averages)
  }

  /// Makes inputs that are the same in every sample, to rounding, exactly so: r takes their value, and their
  /// products are 0.
  ///
  /// What rounding leaves of `b − r` would be a copy of the bias's 1 otherwise, and get weights as large as it
  /// is small.
  private func forgetConstants(_ products: inout [Matrix<Double>], _ reference: inout [Double]) {
    let last = reference.count
    for input in 0..<last {
      let mean = products[0][input, last]
      let value = reference[input] + mean
      let variance = products[0][input, input] - mean * mean
      // Two units in the last place of the samples' precision.
      let rounding = min(rankTolerance, 1e-6) / 4 * value
      guard variance <= rounding * rounding else { continue }
      reference[input] = value
      for place in products.indices {
        for column in 0..<products[place].columns { products[place][input, column] = 0 }
      }
      for row in 0..<input { products[0][row, input] = 0 }
    }
  }

  /// The held-out moments of each layer.
  ///
  /// - Parameter tally: the sums that are no products.
  /// - Returns: `nil` if no sample was added; an element is `nil` for a layer that was not requested.
  ///   Consumes the sums.
  mutating func takeUpdateMoments(_ tally: MomentMeans) -> [UpdateMoments?]? {
    guard tally.total.sampleCount > 0 else { return nil }
    return references.indices.map { index in
      guard panels.contains(where: { $0.layer == index }) else { return nil }
      let products = takeProducts(ofLayer: index, andNext: nil, tally)
      // They are in memory as long as those of the training samples, for a few products.
      return UpdateMoments(
        secondMoment: SymmetricMatrix(products[0]).packing(), crossMoment: products[1],
        desiredUpdate: tally.desiredUpdates[index] / tally.total.weight)
    }
  }

  /// The moments of a layer's inputs, with the constant 1 of a bias among them: S (upper triangle
  /// alone), M, and the products with the next layer's inputs and desired updates. Consumes their
  /// sums.
  private mutating func takeProducts(
    ofLayer layer: Int, andNext next: Int?, _ tally: MomentMeans
  ) -> [Matrix<Double>] {
    let height = layout.inputs[layer].count + (hasBias[layer] ? 1 : 0)
    var parts: [ProductRows] = []
    for other in [layer, next].compactMap({ $0 }) {
      let (inputs, one) = (layout.inputs[other], hasBias[other] ? [1.0] : [])
      let means = other == layer ? inputs.map { _ in 0 } : tally.inputMeans(other)
      parts += [
        ProductRows(height: height, columns: inputs, hasMeans: hasBias[other], bottom: means + one),
        ProductRows(
          height: height, columns: layout.desiredUpdates[other], hasMeans: false,
          bottom: tally.updateMeans(other)),
      ]
    }
    let means = tally.inputMeans(layer)
    for place in panels.indices.filter({ panels[$0].layer == layer })
      .sorted(by: { panels[$0].inputs.lowerBound < panels[$1].inputs.lowerBound })
    {
      let first = layout.inputs[layer].lowerBound + panels[place].inputs.lowerBound
      let means = means[panels[place].inputs]
      let products = panels[place].sum.takeMean(over: tally.total.weight)
      for part in parts.indices { parts[part].append(products, from: first, means: means) }
    }
    return parts.indices.map { parts[$0].takeMatrix(hasBottom: hasBias[layer]) }
  }
}

/// Some columns of the averages of products, put together from panels.
private struct ProductRows {
  /// The columns in `LayerColumns`.
  private let columns: Range<Int>
  /// Whether each row ends with the mean of its input, its product with a constant 1.
  private let hasMeans: Bool
  /// The products of the constant 1 of the layer's own bias, if it has one.
  private let bottom: [Double]
  private var numbers: [Double] = []

  init(height: Int, columns: Range<Int>, hasMeans: Bool, bottom: [Double]) {
    (self.columns, self.hasMeans, self.bottom) = (columns, hasMeans, bottom)
    numbers.reserveCapacity(height * bottom.count)
  }

  /// Appends a panel that begins with the column `first` of `LayerColumns`.
  mutating func append(_ panel: Matrix<Double>, from first: Int, means: ArraySlice<Double>) {
    // What is left of the panel is below the diagonal of S.
    let missing = max(0, first - columns.lowerBound)
    for (row, mean) in zip(0..<panel.rows, means) {
      numbers.append(contentsOf: repeatElement(0, count: missing))
      let start = row * panel.columns - first
      let (lower, upper) = (columns.lowerBound + missing, columns.upperBound)
      numbers += panel.storage[(start + lower)..<(start + upper)]
      if hasMeans { numbers.append(mean) }
    }
  }

  /// The whole matrix, in the memory of the rows, which are nothing after this.
  mutating func takeMatrix(hasBottom: Bool) -> Matrix<Double> {
    if hasBottom { numbers += bottom }
    defer { numbers = [] }
    return Matrix(
      rows: numbers.count / bottom.count, columns: bottom.count, storage: numbers)
  }
}

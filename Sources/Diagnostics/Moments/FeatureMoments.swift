public import LinearAlgebra
public import Networks

/// What new units of a layer make of its inputs: a fixed fan-in α per unit, and a function.
public struct Features: Sendable {
  /// The hidden layer that would grow; layers count from 0.
  public let layer: Int
  /// α, one unit per column: (inputs + 1) × count, for the moments' inputs `(b − r, 1)`.
  public let fanIn: Matrix<Double>
  /// What is taken of `t = αᵀ b`.
  public let response: Response

  /// The function of a new unit, without its value at 0.
  public enum Response: Sendable {
    /// `σ(t) − σ(0)`: the unit as it is. The constant is compensated in the next layer's bias.
    case exact(UnitFunction)
    /// `s₊ t` for t > 0, `s₋ t` below: the unit's first order, for a fan-in close to zero.
    case infinitesimal(left: Double, right: Double)
  }

  /// Units of the given fan-in.
  public init(layer: Int, fanIn: Matrix<Double>, response: Response) {
    self.layer = layer
    self.fanIn = fanIn
    self.response = response
  }
}

/// Averages over the samples around some features h of layer l.
///
/// For fixed fan-in the next layer is linear in the fan-out, with no approximation, and these
/// averages say everything about it: which fan-out is best, and what it gains.
public struct FeatureMoments: Sendable {
  /// `E[b_l hᵀ]`, (inputs of layer l + 1, + 1) × count.
  public let inputMoment: Matrix<Double>
  /// `E[h hᵀ]`, count × count.
  public let secondMoment: Matrix<Double>
  /// `E[h v_{l+1}ᵀ]`, count × outputs of layer l + 1.
  public let crossMoment: Matrix<Double>

  /// The averages over the rows of explicit matrices, whose weights add up to `total`.
  init<Scalar: BLASScalar>(
    features: Matrix<Scalar>, nextInputs: Matrix<Scalar>, desiredUpdates: Matrix<Scalar>,
    total: Double
  ) {
    var part = FeaturePart(
      inputs: nextInputs.columns, features: features.columns, outputs: desiredUpdates.columns)
    var product: [Scalar] = []
    part.add(
      features, inputs: nextInputs, updates: desiredUpdates, rows: 0..<features.rows,
      product: &product)
    self = part.means(over: total)
  }

  fileprivate init(
    inputMoment: Matrix<Double>, secondMoment: Matrix<Double>, crossMoment: Matrix<Double>
  ) {
    self.inputMoment = inputMoment
    self.secondMoment = secondMoment
    self.crossMoment = crossMoment
  }
}

/// The averages of the training part, and of the held-out part if there is one.
struct FeatureParts: Sendable {
  let training: FeatureMoments?
  let heldOut: FeatureMoments?
}

/// The sums behind `FeatureMoments`, of one part of the samples.
private struct FeaturePart: Sendable {
  private var input: ProductSum
  private var gram: ProductSum
  private var cross: ProductSum

  init(inputs: Int, features: Int, outputs: Int) {
    input = ProductSum(leftColumns: inputs, rightColumns: features)
    gram = ProductSum(leftColumns: features, rightColumns: features)
    cross = ProductSum(leftColumns: features, rightColumns: outputs)
  }

  mutating func add<Scalar: BLASScalar>(
    _ features: Matrix<Scalar>, inputs: Matrix<Scalar>, updates: Matrix<Scalar>,
    rows: Range<Int>, product: inout [Scalar]
  ) {
    input.add(inputs, features, rows: rows, product: &product)
    gram.addGram(features, rows: rows, product: &product)
    cross.add(features, updates, rows: rows, product: &product)
  }

  mutating func merge(_ other: FeaturePart) {
    input.merge(other.input)
    gram.merge(other.gram)
    cross.merge(other.cross)
  }

  func means(over total: Double) -> FeatureMoments {
    FeatureMoments(
      inputMoment: input.mean(over: total), secondMoment: gram.symmetricMean(over: total),
      crossMoment: cross.mean(over: total))
  }
}

/// The sums behind `FeatureMoments`, for the training and the held-out part of the samples.
struct FeatureSums<Scalar: BLASScalar>: BlockSums {
  /// One set of features, and what is collected about it.
  private struct Entry {
    let layer: Int
    let fanIn: Matrix<Scalar>
    let response: Features.Response
    var values: Matrix<Scalar>
    var training: FeaturePart
    var heldOut: FeaturePart
  }

  private let references: [[Scalar]]
  private var entries: [Entry]
  private var trainingTotal = SampleTotal()
  private var heldOutTotal = SampleTotal()
  private var product: [Scalar] = []

  init(_ features: [Features], network: Network<Scalar>, references: [[Scalar]]) {
    self.references = references
    entries = features.map { set in
      let next = network.layers[set.layer + 1]
      let count = set.fanIn.columns
      let part = FeaturePart(
        inputs: next.weights.rows, features: count, outputs: next.outputs)
      return Entry(
        layer: set.layer, fanIn: Matrix(set.fanIn), response: set.response,
        values: Matrix(rows: 0, columns: count), training: part, heldOut: part)
    }
  }

  mutating func add(_ block: SampleBlock<Scalar>, pass: inout Pass<Scalar>) throws {
    try pass.run(block, references: references)
    trainingTotal.add(block.training, weights: block.weights)
    heldOutTotal.add(block.heldOut, weights: block.weights)
    for index in entries.indices {
      let layer = entries[index].layer
      entries[index].values.setRowCount(pass.sampleCount)
      entries[index].values.setProduct(pass.inputs[layer], entries[index].fanIn)
      entries[index].response.apply(to: &entries[index].values)
    }
    if let roots = block.weightRoots {
      pass.multiplySamples(by: roots)
      for index in entries.indices { entries[index].values.multiplyRows(by: roots) }
    }
    for index in entries.indices {
      let layer = entries[index].layer
      let values = entries[index].values
      let inputs = pass.inputs[layer + 1]
      let updates = pass.desiredUpdates[layer + 1]
      entries[index].training.add(
        values, inputs: inputs, updates: updates, rows: block.training, product: &product)
      entries[index].heldOut.add(
        values, inputs: inputs, updates: updates, rows: block.heldOut, product: &product)
    }
  }

  mutating func merge(_ other: FeatureSums) {
    trainingTotal.merge(other.trainingTotal)
    heldOutTotal.merge(other.heldOutTotal)
    for index in entries.indices {
      entries[index].training.merge(other.entries[index].training)
      entries[index].heldOut.merge(other.entries[index].heldOut)
    }
  }

  /// The averages of each set of features: of the training part, and of the held-out part if any.
  func moments() -> [FeatureParts] {
    entries.map {
      FeatureParts(
        training: trainingTotal.sampleCount > 0
          ? $0.training.means(over: trainingTotal.weight) : nil,
        heldOut: heldOutTotal.sampleCount > 0 ? $0.heldOut.means(over: heldOutTotal.weight) : nil)
    }
  }
}

extension Features.Response {
  /// Replaces `t` by the response to it.
  func apply<Scalar: BLASScalar>(to values: inout Matrix<Scalar>) {
    switch self {
    case .exact(let function):
      function.apply(to: &values.storage)
      values.subtractFromRows(
        [Scalar](repeating: Scalar(function.valueAtZero), count: values.columns))
    case .infinitesimal(let left, let right):
      values.setPiecewiseLinear(left: Scalar(left), right: Scalar(right))
    }
  }
}

extension Matrix {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate mutating func setPiecewiseLinear(left: Scalar, right: Scalar) {
    for place in storage.indices {
      let number = storage[place]
      storage[place] = number * (number > 0 ? right : left)
    }
  }
}

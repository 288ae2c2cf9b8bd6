public import Diagnostics
import LinearAlgebra
public import Networks

extension Network {
  /// The network with new units in a hidden layer.
  ///
  ///     W_l ← [W_l  s α]     W_{l+1} ← W_{l+1} + γ₀ δW,  new rows  t ω,  bias − φ(0) Σ_k t ω_k
  ///
  /// with s = 1, t = γ or s = t = √γ. The new units stand behind the old ones. A scale and shift
  /// between the layers gets entries for them: the identity, or the original's for copies, and a PReLU the mean slope, or the original's. What is
  /// not added to keeps its bits; with γ = γ₀ = 0 the function is the same, term by term, and its
  /// last bit only depends on the order in which the products sum a row of another width.
  ///
  /// - Parameters:
  ///   - addition: the units, for a hidden layer of this network.
  ///   - amplitudes: γ₀ and γ.
  ///   - form: what γ multiplies.
  /// - Returns: the wider network, of the same layer names.
  /// - Throws: `GrowthError.noBiasToCompensate` if φ(0) ≠ 0 and layer l + 1 has no bias, unless ω = 0;
  ///   `coupledUnits` if a normalization over the units follows; `leadsElsewhere` if the next layer does
  ///   not take what this one gives.
  public func grown(
    by addition: Addition, amplitudes: Amplitudes = .whole, form: AmplitudeForm = .fanOut
  ) throws(GrowthError) -> Network {
    let index = addition.layer
    precondition(layers.indices.dropLast().contains(index), "layer \(index) is not a hidden layer")
    let (layer, next) = (layers[index], layers[index + 1])
    precondition(
      addition.fanIn.rows == layer.weights.rows && addition.fanOut.columns == next.outputs,
      "\(layer.name): fan-in of \(addition.fanIn.rows) rows, fan-out of \(addition.fanOut.columns)")
    guard !layer.couplesUnits else { throw .coupledUnits(layer: layer.name) }
    guard layer.isFollowed else { throw .leadsElsewhere(layer: layer.name) }
    let factors = form.factors(amplitudes.neurons)
    let fanOut = factors.fanOut * addition.fanOut
    let function = UnitFunction(stages: layer.stages)
    let offset = addition.copiedUnits == nil ? function.valueAtZero : 0
    if offset != 0 && !next.hasBias && addition.fanOut.storage.contains(where: { $0 != 0 }) {
      throw .noBiasToCompensate(
        layer: layer.name, next: next.name, activation: function.name, valueAtZero: offset)
    }

    var kernel = next.weights.adding(addition.weightUpdate, times: amplitudes.update)
    var bias: [Scalar] = []
    if next.hasBias {
      bias = Array(kernel.storage.suffix(next.outputs))
      kernel.setRowCount(next.inputs)
      for column in bias.indices {
        let sum = (0..<fanOut.rows).reduce(0) { $0 + fanOut[$1, column] }
        bias[column] = Scalar(Double(bias[column]) - offset * sum)
      }
    }
    var grown = layers
    grown[index] = Layer(
      name: layer.name,
      weights: layer.weights.appendingColumns(factors.fanIn * addition.fanIn),
      hasBias: layer.hasBias,
      stages: layer.stages.map { $0.widened(by: addition.count, copying: addition.copiedUnits) })
    grown[index + 1] = Layer(
      name: next.name,
      weights: Matrix(
        rows: next.weights.rows + addition.count, columns: next.outputs,
        storage: kernel.storage + fanOut.storage.map { Scalar($0) } + bias),
      hasBias: next.hasBias, stages: next.stages
    ).followed(next.isFollowed)
    return Network(inputCount: inputCount, preprocessing: preprocessing, layers: grown)
  }
}

extension Stage {
  /// The stage widened by `count` units: copies of the given ones, or the identity.
  fileprivate func widened(by count: Int, copying units: [Int]?) -> Stage {
    if case .parametricReLU(let slopes) = self {
      let added =
        units.map { $0.map { slopes[$0] } }
        ?? [Scalar](repeating: Self.slopeOfNewUnit(slopes), count: count)
      return .parametricReLU(slopes: slopes + added)
    }
    guard case .affine(let affine) = self else { return self }
    func entries(_ old: [Scalar], _ identity: Scalar) -> [Scalar] {
      old + (units.map { $0.map { old[$0] } } ?? [Scalar](repeating: identity, count: count))
    }
    return .affine(
      Affine(
        center: entries(affine.center, 0), scale: entries(affine.scale, 1),
        offset: entries(affine.offset, 0)))
  }
}

extension Matrix {
  /// The matrix with other columns behind its own, rounded to its precision.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func appendingColumns(_ other: Matrix<Double>) -> Matrix {
    precondition(rows == other.rows, "\(rows) rows with \(other.rows)")
    var wide: [Scalar] = []
    wide.reserveCapacity(rows * (columns + other.columns))
    for row in 0..<rows {
      wide.append(contentsOf: storage[row * columns..<(row + 1) * columns])
      for column in 0..<other.columns { wide.append(Scalar(other[row, column])) }
    }
    return Matrix(rows: rows, columns: columns + other.columns, storage: wide)
  }

  /// The sum with a multiple of another matrix, rounded once.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func adding(_ update: Matrix<Double>?, times factor: Double) -> Matrix {
    guard let update else { return self }
    precondition(
      rows == update.rows && columns == update.columns,
      "a weight update of \(update.rows)×\(update.columns) for \(rows)×\(columns) weights")
    // Not by adding zeros: they would make +0 of −0.
    guard factor != 0 else { return self }
    var sum = self
    for place in storage.indices {
      sum.storage[place] = Scalar(Double(storage[place]) + factor * update.storage[place])
    }
    return sum
  }
}

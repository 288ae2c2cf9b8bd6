internal import HDF5
internal import Networks

extension ModelRevision {
  /// Stores a layer that scales and shifts each unit, which may have got units.
  ///
  /// - Parameters:
  ///   - affine: what the layer is to do.
  ///   - layer: its description.
  ///   - datasets: its weights, in the order of `weightNames()`.
  ///   - oldCount: the units it has; `nil` if it gets none.
  /// - Throws: `ModelError` if new units cannot be given their own scale and shift.
  mutating func append(
    _ affine: Affine<Float>, of layer: KerasLayer, _ datasets: [Dataset], from oldCount: Int?
  ) throws(ModelError) {
    guard let oldCount else { return append(.affine(affine)) }
    let isBatch = KerasLayer.batchNormalizations.contains(layer.className)
    if isBatch {
      append(.affine(try widened(affine, batch: layer, datasets, from: oldCount)))
    } else if layer.className == "Normalization", datasets.count > 1, datasets[0].shape != [] {
      append(.affine(try widened(affine, normalization: layer, datasets, from: oldCount)))
    } else {
      // One number for all units is what new ones get, too.
      let isUniform = [affine.center, affine.scale, affine.offset].allSatisfy { numbers in
        numbers.dropFirst(oldCount).allSatisfy { $0 == numbers[0] }
      }
      let isList = layer.settings["scale"]?.list != nil || layer.settings["offset"]?.list != nil
      let isOneNumber = datasets.isEmpty ? layer.className == "Rescaling" : true
      guard isUniform, !isList, isOneNumber else {
        throw layer.failure(.cannotWiden(className: layer.className))
      }
      append(.affine(affine))
    }
  }

  /// `γ (x − mean) / √(variance + ε) + β`
  private mutating func widened(
    _ affine: Affine<Float>, batch layer: KerasLayer, _ datasets: [Dataset], from oldCount: Int
  ) throws(ModelError) -> Affine<Float> {
    let epsilon = try layer.number("epsilon", default: 1e-3)
    let hasGamma = try layer.boolean("scale", default: true)
    let hasBeta = try layer.boolean("center", default: true)
    // Where variance + ε is 1, nothing is rounded on the way to γ and back.
    let variance = max(0, 1 - epsilon)
    let vectors = try store(
      affine, in: datasets, from: oldCount, layer
    ) { (center, scale, offset) in
      let ownVariance = hasGamma ? variance : 1 / (scale * scale) - epsilon
      guard ownVariance >= 0, ownVariance.isFinite, hasBeta || offset == 0 else { return nil }
      let gamma = hasGamma ? [scale * (variance + epsilon).squareRoot()] : []
      return gamma + (hasBeta ? [offset] : []) + [center, ownVariance]
    }
    let stored = try KerasAffine(
      batch: layer, gamma: hasGamma ? vectors[0] : nil,
      beta: hasBeta ? vectors[hasGamma ? 1 : 0] : nil, mean: vectors[vectors.count - 2],
      variance: vectors[vectors.count - 1])
    return try checked(stored, against: affine, layer)
  }

  /// `(x − mean) / √variance`
  private mutating func widened(
    _ affine: Affine<Float>, normalization layer: KerasLayer, _ datasets: [Dataset],
    from oldCount: Int
  ) throws(ModelError) -> Affine<Float> {
    guard try !layer.boolean("invert", default: false), datasets[0].shape == [oldCount] else {
      throw layer.failure(.cannotWiden(className: layer.className))
    }
    let vectors = try store(
      affine, in: Array(datasets.prefix(2)), from: oldCount, layer
    ) { (center, scale, offset) in
      offset == 0 && scale > 0 ? [center, 1 / (scale * scale)] : nil
    }
    let stored = try KerasAffine(normalizing: layer, mean: vectors[0], variance: vectors[1])
    return try checked(stored, against: affine, layer)
  }

  /// Stores vectors that new units were appended to.
  ///
  /// A unit that is scaled and shifted as an old one gets the old one's numbers; of others, `entries`
  /// tells the number for each vector, or `nil` if there are none.
  ///
  /// - Returns: what the vectors will read as.
  private mutating func store(
    _ affine: Affine<Float>, in datasets: [Dataset], from oldCount: Int, _ layer: KerasLayer,
    entries: (_ center: Double, _ scale: Double, _ offset: Double) -> [Double]?
  ) throws(ModelError) -> [[Double]] {
    var vectors: [[Double]] = []
    for dataset in datasets {
      vectors.append(try reading { () throws(HDF5Error) in try dataset.allDoubles() })
    }
    for unit in oldCount..<affine.scale.count {
      let twin = (0..<oldCount).first { old in
        affine.center[old] == affine.center[unit] && affine.scale[old] == affine.scale[unit]
          && affine.offset[old] == affine.offset[unit]
      }
      let own =
        twin.map { old in vectors.map { $0[old] } }
        ?? entries(
          Double(affine.center[unit]), Double(affine.scale[unit]), Double(affine.offset[unit]))
      guard let own else { throw layer.failure(.cannotWiden(className: layer.className)) }
      for (place, number) in own.enumerated() { vectors[place].append(number) }
    }
    var stored: [[Double]] = []
    for (vector, dataset) in zip(vectors, datasets) {
      stored.append(try store(vector, shape: [vector.count], in: dataset))
    }
    return stored
  }

  /// The scale and shift of each unit as the file will have them, once they are close to those that
  /// are wanted.
  private func checked(
    _ stored: KerasAffine, against affine: Affine<Float>, _ layer: KerasLayer
  ) throws(ModelError) -> Affine<Float> {
    let count = affine.scale.count
    guard let stage = stored.stage(for: [count], along: [0]) else {
      throw layer.failure(.widthMismatch(found: stored.scale.count, expected: count))
    }
    // 16-bit files round γ and the variance.
    let tolerance: Float = 0x1p-9
    for (stored, wanted) in [
      (stage.center, affine.center), (stage.scale, affine.scale), (stage.offset, affine.offset),
    ] {
      guard zip(stored, wanted).allSatisfy({ abs($0 - $1) <= tolerance * max(abs($1), 1) }) else {
        throw layer.failure(.cannotWiden(className: layer.className))
      }
    }
    return stage
  }
}

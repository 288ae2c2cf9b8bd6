internal import HDF5
internal import Networks

/// The scale and shift of Keras's normalizing layers at inference, in double precision.
struct KerasAffine {
  var center: [Double]
  var scale: [Double]
  var offset: [Double]

  /// Keras divides by nothing smaller than this: `backend.epsilon()`.
  private static let smallestDeviation = 1e-7

  /// `x · scale + offset`
  init(rescaling layer: KerasLayer) throws(ModelError) {
    scale = try layer.numbers("scale", default: [1])
    offset = try layer.numbers("offset", default: [0])
    center = [0]
  }

  /// `(x − mean) / √variance`, or its inverse.
  init(normalizing layer: KerasLayer, mean: [Double], variance: [Double]) throws(ModelError) {
    let deviation = variance.map { max($0.squareRoot(), Self.smallestDeviation) }
    if try layer.boolean("invert", default: false) {
      center = [0]
      scale = deviation
      offset = mean
    } else {
      center = mean
      scale = deviation.map { 1 / $0 }
      offset = [0]
    }
  }

  /// `γ (x − mean) / √(variance + ε) + β`
  init(
    batch layer: KerasLayer, gamma: [Double]?, beta: [Double]?, mean: [Double], variance: [Double]
  ) throws(ModelError) {
    let epsilon = try layer.number("epsilon", default: 1e-3)
    center = mean
    scale = variance.map { 1 / ($0 + epsilon).squareRoot() }
    if let gamma { scale = zip(scale, gamma).map(*) }
    offset = beta ?? [0]
  }

  /// The stage for flattened samples.
  ///
  /// - Parameters:
  ///   - shape: a sample's dimensions.
  ///   - axes: those along which the numbers vary, in order; one number serves for all.
  /// - Returns: `nil` if there are not as many numbers as those axes have entries.
  func stage(for shape: [Int], along axes: [Int]) -> Affine<Float>? {
    let lists = [center, scale, offset].map { Self.spread($0, over: shape, along: axes) }
    guard let center = lists[0], let scale = lists[1], let offset = lists[2] else { return nil }
    return Affine(center: center, scale: scale, offset: offset)
  }

  private static func spread(
    _ numbers: [Double], over shape: [Int], along axes: [Int]
  ) -> [Float]? {
    let count = shape.reduce(1, *)
    if numbers.count == 1 { return [Float](repeating: Float(numbers[0]), count: count) }
    guard numbers.count == axes.reduce(1, { $0 * shape[$1] }) else { return nil }
    // How far one step along each dimension goes in `numbers`: 0 where they do not vary.
    var strides = [Int](repeating: 0, count: shape.count)
    var stride = 1
    for axis in axes.reversed() {
      strides[axis] = stride
      stride *= shape[axis]
    }
    return (0..<count).map { index in
      var (rest, place) = (index, 0)
      for axis in shape.indices.reversed() {
        place += rest % shape[axis] * strides[axis]
        rest /= shape[axis]
      }
      return Float(numbers[place])
    }
  }
}

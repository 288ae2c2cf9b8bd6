internal import HDF5
internal import LinearAlgebra

/// Reads the numbers of trained layers, and checks what only the file can get wrong.
struct WeightReader {
  let file: File

  /// A kernel as `Float`, of the shape that was checked by the caller.
  func floats(_ dataset: Dataset) throws(ModelError) -> [Float] {
    let numbers = try reading { () throws(HDF5Error) in try dataset.allFloats() }
    if let index = numbers.firstIndex(where: { !$0.isFinite }) {
      // The number itself: what is infinite as Float may be finite in the file.
      let value = try reading { () throws(HDF5Error) in try dataset.allDoubles() }[index]
      throw failure(dataset, .notFinite(value: value, index: dataset.subscripts(of: index)))
    }
    return numbers
  }

  /// A vector of `count` numbers as `Double`.
  func vector(_ dataset: Dataset, count: Int) throws(ModelError) -> [Double] {
    try doubles(dataset, shape: [count])
  }

  private func doubles(_ dataset: Dataset, shape: [Int]) throws(ModelError) -> [Double] {
    guard dataset.shape == shape else {
      throw failure(dataset, .shape(found: dataset.shape, expected: shapeText(shape)))
    }
    return try doubles(dataset)
  }

  /// All numbers as `Double`.
  func doubles(_ dataset: Dataset) throws(ModelError) -> [Double] {
    let numbers = try reading { () throws(HDF5Error) in try dataset.allDoubles() }
    if let index = numbers.firstIndex(where: { !Float($0).isFinite }) {
      throw failure(
        dataset, .notFinite(value: numbers[index], index: dataset.subscripts(of: index)))
    }
    return numbers
  }

  /// Variances: none may be negative.
  func variances(_ dataset: Dataset, shape: [Int]) throws(ModelError) -> [Double] {
    let numbers = try doubles(dataset, shape: shape)
    if let index = numbers.firstIndex(where: { $0 < 0 }) {
      throw failure(
        dataset, .negativeVariance(value: numbers[index], index: dataset.subscripts(of: index)))
    }
    return numbers
  }

  /// The `(inputs + 1) × units` weights of a Dense layer.
  ///
  /// `inputs` is the width of what comes before, and `follows` says whether that is another layer
  /// and not the input; `nil` for `inputs` or `units` lets the kernel decide. A transposed kernel is
  /// stored units × inputs; a bias may be a table of one row or column.
  func dense(
    kernel: Dataset, bias: Dataset?, inputs: Int?, follows: Bool, units: Int?,
    isTransposed: Bool = false, biasMayBeTable: Bool = false
  ) throws(ModelError) -> Matrix<Float> {
    let names = isTransposed ? ["units", "inputs"] : ["inputs", "units"]
    guard kernel.shape.count == 2 else {
      let expected = "(\(names.joined(separator: ", ")))"
      throw failure(kernel, .shape(found: kernel.shape, expected: expected))
    }
    let (height, width) =
      isTransposed ? (kernel.shape[1], kernel.shape[0]) : (kernel.shape[0], kernel.shape[1])
    guard width > 0, height > 0, units == nil || width == units else {
      let expected = [inputs.map(String.init) ?? "inputs", units.map(String.init) ?? "units"]
      let order = isTransposed ? expected.reversed() : expected
      throw failure(
        kernel, .shape(found: kernel.shape, expected: "(\(order.joined(separator: ", ")))"))
    }
    if let inputs, inputs != height {
      let expected = shapeText(isTransposed ? [width, inputs] : [inputs, width])
      throw failure(
        kernel,
        follows
          ? .notFollowing(found: kernel.shape, units: inputs)
          : .shape(found: kernel.shape, expected: expected))
    }
    if let bias, bias.shape != [width],
      !(biasMayBeTable && (bias.shape == [1, width] || bias.shape == [width, 1]))
    {
      throw failure(bias, .shape(found: bias.shape, expected: shapeText([width])))
    }
    var storage = try floats(kernel)
    if isTransposed {
      storage = Matrix(rows: width, columns: height, storage: storage).transposed().storage
    }
    if let bias { storage += try floats(bias) }
    return Matrix(rows: height + (bias == nil ? 0 : 1), columns: width, storage: storage)
  }

  func failure(_ dataset: Dataset, _ problem: ModelProblem) -> ModelError {
    ModelError(file: file.path, dataset.path, problem)
  }
}

extension Dataset {
  /// The subscripts of an element, counted from 0, from its place in row-major order.
  func subscripts(of index: Int) -> [Int] {
    var rest = index
    var subscripts: [Int] = []
    for length in shape.reversed() {
      subscripts.append(rest % length)
      rest /= length
    }
    return subscripts.reversed()
  }
}

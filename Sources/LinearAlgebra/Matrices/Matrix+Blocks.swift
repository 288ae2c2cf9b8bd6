// Operations on blocks of samples. Each is specialized for both precisions, because a generic loop
// called from another module would otherwise look up every addition.

extension Matrix {
  /// Replaces the elements by those of `source`; if the matrix has one column more, that column
  /// becomes ones: `[B 1]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func setAugmented(_ source: Matrix) {
    precondition(
      rows == source.rows && (columns == source.columns || columns == source.columns + 1),
      "\(rows)×\(columns) from \(source.rows)×\(source.columns)")
    let width = source.columns
    guard columns > width else {
      for place in source.storage.indices { storage[place] = source.storage[place] }
      return
    }
    let count = rows
    let from = source.storage.span
    var to = storage.mutableSpan
    for row in 0..<count {
      let (first, place) = (row * width, row * (width + 1))
      for column in 0..<width {
        to[unchecked: place &+ column] = from[unchecked: first &+ column]
      }
      to[unchecked: place &+ width] = 1
    }
  }

  /// Subtracts a row of numbers from every row; columns beyond its length stay.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func subtractFromRows(_ reference: [Scalar]) {
    precondition(reference.count <= columns, "\(reference.count) numbers for \(columns) columns")
    let (count, width) = (rows, columns)
    let reference = reference.span
    var numbers = storage.mutableSpan
    for row in 0..<count {
      let first = row * width
      for column in 0..<reference.count {
        numbers[unchecked: first &+ column] -= reference[unchecked: column]
      }
    }
  }

  /// Multiplies place by place with a matrix of the same shape.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func multiplyElements(by other: Matrix) {
    precondition(rows == other.rows && columns == other.columns, "shapes differ")
    let others = other.storage.span
    var numbers = storage.mutableSpan
    for place in numbers.indices { numbers[place] *= others[place] }
  }

  /// Replaces the elements by `base + factor · first + other factor · second`, place by place.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func setSum(
    _ base: Matrix, _ first: Matrix, factor: Scalar, _ second: Matrix, factor other: Scalar
  ) {
    precondition(
      base.storage.count == storage.count && first.storage.count == storage.count
        && second.storage.count == storage.count, "shapes differ")
    let (base, first, second) = (base.storage.span, first.storage.span, second.storage.span)
    var numbers = storage.mutableSpan
    for place in numbers.indices {
      numbers[place] = base[place] + factor * first[place] + other * second[place]
    }
  }

  /// Replaces the elements by those of `source` times a factor.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func set(_ source: Matrix, times factor: Scalar) {
    precondition(rows == source.rows && columns == source.columns, "shapes differ")
    let others = source.storage.span
    var numbers = storage.mutableSpan
    for place in numbers.indices { numbers[place] = factor * others[place] }
  }

  /// Adds a matrix of the same shape, place by place.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func add(_ other: Matrix) {
    precondition(rows == other.rows && columns == other.columns, "shapes differ")
    let others = other.storage.span
    var numbers = storage.mutableSpan
    for place in numbers.indices { numbers[place] += others[place] }
  }

  /// Replaces the elements by those of a matrix of the same shape less their own, place by place.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func subtract(from other: Matrix) {
    precondition(rows == other.rows && columns == other.columns, "shapes differ")
    let others = other.storage.span
    var numbers = storage.mutableSpan
    for place in numbers.indices { numbers[place] = others[place] - numbers[place] }
  }

  /// Multiplies each row by a number of its own.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func multiplyRows(by factors: [Scalar]) {
    precondition(factors.count == rows, "\(factors.count) factors for \(rows) rows")
    let width = columns
    let factors = factors.span
    var numbers = storage.mutableSpan
    for row in factors.indices {
      for place in (row * width)..<((row + 1) * width) { numbers[place] *= factors[row] }
    }
  }

  /// Multiplies every element by a factor.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func multiply(by factor: Scalar) {
    var numbers = storage.mutableSpan
    for place in numbers.indices { numbers[place] *= factor }
  }

  /// Sets every element to the same number.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func fill(with number: Scalar) {
    var numbers = storage.mutableSpan
    for place in numbers.indices { numbers[place] = number }
  }

  /// Replaces the elements by those of a matrix's first columns.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func setFirstColumns(of source: Matrix) {
    precondition(rows == source.rows && columns <= source.columns, "shapes differ")
    let (count, width, all) = (rows, columns, source.columns)
    let from = source.storage.span
    var to = storage.mutableSpan
    for row in 0..<count {
      for column in 0..<width { to[row * width + column] = from[row * all + column] }
    }
  }

  /// Takes rows of a matrix in single precision: the rows at `indices` in their order (`nil`: all),
  /// of the columns in `range` (`nil`: all). If the matrix has one column more, that column becomes
  /// ones.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func setAugmentedRows(
    _ source: Matrix<Float>, columns range: Range<Int>? = nil, at indices: [Int]? = nil
  ) {
    let range = range ?? 0..<source.columns
    let (width, stride, columns) = (range.count, source.columns, columns)
    precondition(columns == width || columns == width + 1, "\(width) columns into \(columns)")
    precondition(range.lowerBound >= 0 && range.upperBound <= stride, "columns out of range")
    precondition(indices?.allSatisfy { $0 >= 0 && $0 < source.rows } ?? true, "rows out of range")
    let count = indices?.count ?? source.rows
    setRowCount(count)
    let from = source.storage.span
    var to = storage.mutableSpan
    for row in 0..<count {
      let (first, place) = ((indices?[row] ?? row) * stride + range.lowerBound, row * columns)
      for column in 0..<width {
        to[unchecked: place &+ column] = Scalar(from[unchecked: first &+ column])
      }
      if columns > width { to[unchecked: place &+ width] = 1 }
    }
  }

  /// Replaces the numbers in some columns by the first columns of another matrix.
  ///
  /// - Parameters:
  ///   - range: the columns.
  ///   - source: as many rows, and at least as many columns as are replaced.
  ///   - reference: a row that is subtracted from every row; empty for none.
  ///   - factors: what each row is then multiplied by; `nil` for 1.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func setColumns(
    _ range: Range<Int>, to source: Matrix, less reference: [Scalar], times factors: [Scalar]?
  ) {
    precondition(
      rows == source.rows && range.count <= source.columns && range.lowerBound >= 0
        && range.upperBound <= columns, "columns \(range) of \(columns) from \(source.columns)")
    precondition(
      (reference.isEmpty || reference.count == range.count)
        && factors.map { $0.count == rows } ?? true, "not one number for each column or row")
    let (count, width, stride, columns) = (rows, range.count, source.columns, columns)
    let (from, reference) = (source.storage.span, reference.span)
    var to = storage.mutableSpan
    for row in 0..<count {
      let (first, place) = (row * stride, row * columns + range.lowerBound)
      if reference.isEmpty {
        for column in 0..<width {
          to[unchecked: place &+ column] = from[unchecked: first &+ column]
        }
      } else {
        for column in 0..<width {
          to[unchecked: place &+ column] =
            from[unchecked: first &+ column] - reference[unchecked: column]
        }
      }
      guard let factor = factors?[row] else { continue }
      for column in 0..<width { to[unchecked: place &+ column] *= factor }
    }
  }

  /// The sum of the squares of some rows, of all columns or some, in double precision.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func squaredNorm(ofRows range: Range<Int>, columns some: Range<Int>? = nil) -> Double {
    guard let some else {
      return squares(in: (range.lowerBound * columns)..<(range.upperBound * columns))
    }
    return range.reduce(0) {
      $0 + squares(in: ($1 * columns + some.lowerBound)..<($1 * columns + some.upperBound))
    }
  }

  /// The largest magnitude of an element; 0 of none.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func largestMagnitude() -> Double {
    let numbers = storage.span
    var largest: Scalar = 0
    for place in numbers.indices { largest = max(largest, numbers[place].magnitude) }
    return Double(largest)
  }

  /// The sum of the squares of the numbers in some places.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func squares(in places: Range<Int>) -> Double {
    // Eight sums side by side, because the compiler may not change the order of one.
    var sums = SIMD8<Double>.zero
    let numbers = storage.span
    var place = places.lowerBound
    while place + 8 <= places.upperBound {
      var vector = SIMD8<Double>.zero
      for lane in 0..<8 { vector[lane] = Double(numbers[place + lane]) }
      sums += vector * vector
      place += 8
    }
    var rest = 0.0
    for place in place..<places.upperBound {
      rest += Double(numbers[place]) * Double(numbers[place])
    }
    return sums.sum() + rest
  }

  /// Adds up some rows, of which only the first `sums.count` columns.
  ///
  /// Eight rows at a time in the precision of the elements, and these sums in double precision.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func addColumnSums(ofRows range: Range<Int>, to sums: inout [Double]) {
    precondition(sums.count <= columns && range.upperBound <= rows, "out of range")
    let (numbers, width) = (storage.span, columns)
    var totals = sums.mutableSpan
    var row = range.lowerBound
    while row + 8 <= range.upperBound {
      let first = row * width
      for column in totals.indices {
        let place = first &+ column
        let a = numbers[unchecked: place] + numbers[unchecked: place &+ width]
        let b =
          numbers[unchecked: place &+ 2 &* width] + numbers[unchecked: place &+ 3 &* width]
        let c =
          numbers[unchecked: place &+ 4 &* width] + numbers[unchecked: place &+ 5 &* width]
        let d =
          numbers[unchecked: place &+ 6 &* width] + numbers[unchecked: place &+ 7 &* width]
        totals[unchecked: column] += Double((a + b) + (c + d))
      }
      row += 8
    }
    while row < range.upperBound {
      for column in totals.indices { totals[column] += Double(numbers[row * width + column]) }
      row += 1
    }
  }

  /// Adds up some rows, each times a factor of its own, of which only the first `sums.count` columns.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func addColumnSums(
    ofRows range: Range<Int>, times factors: [Scalar], to sums: inout [Double]
  ) {
    precondition(
      sums.count <= columns && range.upperBound <= rows && range.upperBound <= factors.count,
      "out of range")
    let (numbers, width) = (storage.span, columns)
    var totals = sums.mutableSpan
    for row in range {
      let factor = Double(factors[row])
      for column in totals.indices {
        totals[column] += factor * Double(numbers[row * width + column])
      }
    }
  }

  /// The mean of each column over some rows, computed in double precision.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func columnMeans(ofRows range: Range<Int>) -> [Scalar] {
    var sums = [Double](repeating: 0, count: columns)
    addColumnSums(ofRows: range, to: &sums)
    return sums.map { Scalar(range.isEmpty ? 0 : $0 / Double(range.count)) }
  }

  /// The rows of one matrix after those of the other; all are of one width.
  public init(joiningRowsOf parts: [Matrix]) {
    let columns = parts.first?.columns ?? 0
    precondition(parts.allSatisfy { $0.columns == columns }, "widths differ")
    self.init(
      rows: parts.reduce(0) { $0 + $1.rows }, columns: columns, storage: parts.flatMap(\.storage))
  }

  /// The given rows, in the given order.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func selectingRows(_ indices: [Int]) -> Matrix {
    var chosen: [Scalar] = []
    chosen.reserveCapacity(indices.count * columns)
    for row in indices {
      chosen.append(contentsOf: storage[(row * columns)..<((row + 1) * columns)])
    }
    return Matrix(rows: indices.count, columns: columns, storage: chosen)
  }
}

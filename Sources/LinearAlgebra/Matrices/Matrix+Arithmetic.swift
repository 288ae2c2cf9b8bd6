extension Matrix {
  /// The transpose, `columns × rows`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func transposed() -> Matrix {
    var transpose = Matrix(rows: columns, columns: rows)
    let (rows, columns) = (rows, columns)
    let from = storage.span
    var to = transpose.storage.mutableSpan
    // By tiles: column after column of a wide matrix, every number would come from another page.
    let tile = 32
    for top in stride(from: 0, to: rows, by: tile) {
      for left in stride(from: 0, to: columns, by: tile) {
        for row in top..<Swift.min(top + tile, rows) {
          for column in left..<Swift.min(left + tile, columns) {
            to[column * rows + row] = from[row * columns + column]
          }
        }
      }
    }
    return transpose
  }
}

extension Matrix where Scalar == Double {
  /// The product `self · other`, `rows × other.columns`.
  public func times(_ other: Matrix) -> Matrix {
    var product = Matrix(rows: rows, columns: other.columns)
    product.setProduct(self, other)
    return product
  }

  /// The product `selfᵀ · other`, `columns × other.columns`.
  public func transposedTimes(_ other: Matrix) -> Matrix {
    var product = Matrix(rows: columns, columns: other.columns)
    product.setTransposedProduct(self, other)
    return product
  }

  /// The product `self · otherᵀ`, `rows × other.rows`.
  public func timesTransposed(_ other: Matrix) -> Matrix {
    var product = Matrix(rows: rows, columns: other.rows)
    product.setProduct(self, transposed: other, firstRows: other.rows)
    return product
  }

  /// The sum of two matrices of one shape.
  public static func + (left: Matrix, right: Matrix) -> Matrix {
    left.combined(with: right, +)
  }

  /// The difference of two matrices of one shape.
  public static func - (left: Matrix, right: Matrix) -> Matrix {
    left.combined(with: right, -)
  }

  /// The matrix with every element multiplied by a factor.
  public static func * (factor: Double, matrix: Matrix) -> Matrix {
    Matrix(
      rows: matrix.rows, columns: matrix.columns, storage: matrix.storage.map { factor * $0 })
  }

  /// The Frobenius inner product `⟨self, other⟩ = tr(selfᵀ · other)`.
  public func dot(_ other: Matrix) -> Double {
    precondition(rows == other.rows && columns == other.columns, "shapes differ")
    return zip(storage, other.storage).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The squared Frobenius norm, the sum of the squares of all elements.
  public var squaredNorm: Double { dot(self) }

  /// The elements on the diagonal.
  public var diagonal: [Double] { (0..<Swift.min(rows, columns)).map { self[$0, $0] } }

  /// The given columns, in the given order.
  public func selectingColumns(_ indices: some Sequence<Int>) -> Matrix {
    let chosen = Array(indices)
    return Matrix(rows: rows, columns: chosen.count) { self[$0, chosen[$1]] }
  }

  /// One column, as a list.
  public func column(_ index: Int) -> [Double] { (0..<rows).map { self[$0, index] } }

  private func combined(with other: Matrix, _ combine: (Double, Double) -> Double) -> Matrix {
    precondition(
      rows == other.rows && columns == other.columns,
      "\(rows)×\(columns) with \(other.rows)×\(other.columns)")
    return Matrix(
      rows: rows, columns: columns, storage: zip(storage, other.storage).map(combine))
  }
}

import LinearAlgebra
import Networks

/// The sums behind `FeatureMoments`, of one part of the samples.
struct FeaturePart: Sendable {
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

extension FeaturePart: Portable {
  mutating func carry(in stream: inout NumberStream) {
    input.carry(in: &stream)
    gram.carry(in: &stream)
    cross.carry(in: &stream)
  }
}

import LinearAlgebra

/// The floating-point operations of the products of one pass over the samples.
struct Operations {
  /// Operations in products of two matrices.
  let products: Double
  let grams: Double

  var total: Double { products + grams }

  /// All samples go forward and back, and those of the training part into the moments. Those held out
  /// would judge neurons, which one pass does not seek.
  init(_ subject: SyntheticModel, holdout: Double) {
    let all = Double(subject.samples)
    let training = (1 - holdout) * all
    let layers = zip(subject.widths, subject.widths.dropFirst()).map {
      (inputs: Double($0), outputs: Double($1))
    }
    var (products, grams) = (0.0, 0.0)
    for (index, layer) in layers.enumerated() {
      products += 2 * all * (layer.inputs + 1) * layer.outputs
      if index > 0 { products += 2 * all * layer.outputs * layer.inputs }
      // The constant 1 of a bias has moments that cost no products.
      grams += training * layer.inputs * (layer.inputs + 1)
      products += 2 * training * layer.inputs * layer.outputs
      guard index + 1 < layers.count else { continue }
      let next = layers[index + 1]
      products += 2 * training * layer.inputs * (next.inputs + next.outputs)
    }
    self.products = products
    self.grams = grams
  }

  func seconds(at rates: Rates) -> Double { products / rates.gemm + grams / rates.syrk }
}

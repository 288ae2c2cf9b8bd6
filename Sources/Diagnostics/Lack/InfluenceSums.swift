import LinearAlgebra
import Networks

/// Sums over the samples of their influence on Ψ and on the paper's λ, for the standard errors.
///
/// Adding a sample to the data moves a statistic by its influence / n; the variance of the
/// influences over n is the statistic's own (the infinitesimal jackknife). With the residual p = v
/// − δW*ᵀ b of a layer's best weight update,
///
///     of Ψ    ‖p‖² − Ψ                                 (δW* minimizes Ψ, so its own error drops out)
///     of λ_k  (z_k − c_k) q_k − λ_k − ½ λ_k (z_k² − 1)
///     z_k = β_kᵀ b_{l−1}    q_k = w_kᵀ p_{l+1}    c_k = (S_l⁻ Cᵀ β_k)ᵀ b_l    β_k = Eᵀ u_k
///
/// c_k is there because δW*_{l+1} is estimated too, and the last term because S is. Where some λ meet,
/// or one meets zero, λ is not smooth and its error only a rough guide.
struct InfluenceSums<Scalar: BLASScalar>: PassSums {
  private var lacks: [LackInfluence]
  private var growths: [SingularValueInfluence]

  private struct LackInfluence {
    let lack: Double
    let bestWeightUpdate: Matrix<Scalar>
    /// P, samples × outputs.
    var residualUpdates: Matrix<Scalar>
    var total = WeightedMean()
  }

  private struct SingularValueInfluence {
    let layer: Int
    let singularValues: [Double]
    /// β, (inputs + 1) × count, and S_l⁻ Cᵀ β, (units + 1) × count.
    let fanIn: Matrix<Scalar>
    let overlap: Matrix<Scalar>
    /// wᵀ, outputs × count.
    let fanOut: Matrix<Scalar>
    var responses: Matrix<Scalar>
    var explained: Matrix<Scalar>
    var projections: Matrix<Scalar>
    var totals: [WeightedMean]
  }

  /// Sums of nothing.
  ///
  /// - Parameters:
  ///   - network: the network whose layers they are about.
  ///   - bottlenecks: of every layer.
  ///   - starts: the hidden layers whose λ count, with the paper's neurons.
  init(network: Network<Scalar>, bottlenecks: [Bottleneck], starts: [LayerProblem]) {
    lacks = zip(network.layers, bottlenecks).map { layer, bottleneck in
      LackInfluence(
        lack: bottleneck.lackOfExpressivity,
        bestWeightUpdate: Matrix(bottleneck.bestWeightUpdate),
        residualUpdates: Matrix(rows: 0, columns: layer.outputs))
    }
    growths = starts.compactMap { start in
      guard let next = start.moments.next else { return nil }
      let neurons = start.paper
      let roots = neurons.singularValues.prefix(neurons.count).map { $0.squareRoot() }
      let fanIn = Matrix<Double>(rows: neurons.fanIn.rows, columns: neurons.count) {
        neurons.fanIn[$0, $1] / roots[$1]
      }
      let overlap = start.next.bottleneck.whitening.solve(
        next.successiveMoment.transposedTimes(fanIn))
      let empty = Matrix<Scalar>(rows: 0, columns: neurons.count)
      return SingularValueInfluence(
        layer: start.layer, singularValues: Array(neurons.singularValues.prefix(neurons.count)),
        fanIn: Matrix(fanIn), overlap: Matrix(overlap),
        fanOut: Matrix(
          Matrix<Double>(rows: neurons.fanOut.columns, columns: neurons.count) {
            neurons.fanOut[$1, $0] / roots[$1]
          }), responses: empty, explained: empty, projections: empty,
        totals: Array(repeating: WeightedMean(), count: neurons.count))
    }
  }

  /// Adds the training samples of a block that went forward and back, each by its weight.
  mutating func add(_ block: SampleBlock<Scalar>, from pass: Pass<Scalar>) {
    let (rows, weights) = (block.training, block.weights)
    for index in lacks.indices {
      lacks[index].residualUpdates.setRowCount(pass.sampleCount)
      lacks[index].residualUpdates.setProduct(pass.inputs[index], lacks[index].bestWeightUpdate)
      lacks[index].residualUpdates.subtract(from: pass.desiredUpdates[index])
      lacks[index].residualUpdates.addInfluences(
        onLack: lacks[index].lack, rows: rows, weights: weights, to: &lacks[index].total)
    }
    for index in growths.indices where !growths[index].totals.isEmpty {
      let layer = growths[index].layer
      growths[index].responses.setRowCount(pass.sampleCount)
      growths[index].explained.setRowCount(pass.sampleCount)
      growths[index].projections.setRowCount(pass.sampleCount)
      growths[index].responses.setProduct(pass.inputs[layer], growths[index].fanIn)
      growths[index].explained.setProduct(pass.inputs[layer + 1], growths[index].overlap)
      growths[index].projections.setProduct(
        lacks[layer + 1].residualUpdates, growths[index].fanOut)
      growths[index].responses.addInfluences(
        on: growths[index].singularValues, explained: growths[index].explained,
        projections: growths[index].projections, rows: rows, weights: weights,
        to: &growths[index].totals)
    }
  }

  mutating func merge(_ other: InfluenceSums) {
    for index in lacks.indices { lacks[index].total.merge(other.lacks[index].total) }
    for index in growths.indices {
      for place in growths[index].totals.indices {
        growths[index].totals[place].merge(other.growths[index].totals[place])
      }
    }
  }

  mutating func carry(in stream: inout NumberStream) {
    for index in lacks.indices { lacks[index].total.carry(in: &stream) }
    for index in growths.indices {
      for place in growths[index].totals.indices {
        growths[index].totals[place].carry(in: &stream)
      }
    }
  }

  /// The standard error of Ψ of each layer over `sampleCount` samples, of which the added ones are
  /// a part; `nil` for a single sample.
  func lackStandardErrors(over sampleCount: Int) -> [Double?] {
    lacks.map { $0.total.standardError(over: sampleCount) }
  }

  /// The standard errors of the first λ at each of the starts; none over a single sample.
  func singularValueStandardErrors(over sampleCount: Int) -> [[Double]] {
    growths.map { $0.totals.compactMap { $0.standardError(over: sampleCount) } }
  }
}

extension Matrix {
  /// Adds the influence of each row on the mean of the rows' squared norms.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func addInfluences(
    onLack lack: Double, rows: Range<Int>, weights: [Double]?, to total: inout WeightedMean
  ) {
    for row in rows {
      var squares = 0.0
      for place in (row * columns)..<((row + 1) * columns) {
        squares += Double(storage[place]) * Double(storage[place])
      }
      total.add(squares - lack, weight: weights?[row] ?? 1)
    }
  }

  /// Adds the influence of each row on each λ; the elements are z.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func addInfluences(
    on singularValues: [Double], explained: Matrix, projections: Matrix, rows: Range<Int>,
    weights: [Double]?, to totals: inout [WeightedMean]
  ) {
    for row in rows {
      for column in 0..<columns {
        let response = Double(self[row, column])
        let unexplained = response - Double(explained[row, column])
        let value = singularValues[column]
        totals[column].add(
          unexplained * Double(projections[row, column]) - value
            - 0.5 * value * (response * response - 1), weight: weights?[row] ?? 1)
      }
    }
  }
}

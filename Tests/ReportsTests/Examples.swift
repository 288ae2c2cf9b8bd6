import LinearAlgebra
import Reports

@testable import Diagnostics

/// Hand-made diagnoses to render; their numbers belong to no network.
enum Example {
  static let diagnosis = Diagnosis(
    trainingCount: 1438, heldOutCount: 359,
    evaluation: SplitEvaluation(
      training: Evaluation(sampleCount: 1438, loss: 0.129427, accuracy: 0.96939),
      heldOut: Evaluation(sampleCount: 359, loss: 0.24, accuracy: 0.9415)),
    network: nil,
    layers: [
      layer("hidden", desired: 0.5, lack: 0.02, deadUnits: 1, warnings: [.deadUnits(1)]),
      layer("narrow", desired: 0.25, lack: 0.2, deadUnits: 0),
      layer("classes", desired: 0.0421, lack: 0.0315, deadUnits: nil),
    ],
    growth: [
      growth(0, neurons: 2, fitted: 0.011, heldOut: 0.0042),
      growth(1, neurons: 3, fitted: 0.0123456789, heldOut: 0.0098),
    ], moments: Moments(sampleCount: 4, effectiveCount: 4, layers: []), warnings: [])

  static let context = ReportContext(
    tool: ReportedTool(version: "0.1.0", blas: "Haswell", threads: 2, seconds: 0.25),
    model: ReportedModel(
      path: "digits.h5", format: "Keras 3 HDF5", parameters: 2262,
      layers: [
        ReportedLayer(name: "hidden", inputs: 64, units: 32, activation: "relu", bias: true),
        ReportedLayer(name: "narrow", inputs: 32, units: 4, activation: "relu", bias: true),
        ReportedLayer(name: "classes", inputs: 4, units: 10, activation: "softmax", bias: true),
      ]),
    dataPath: "digits.h5", lossName: "sparse_categorical_crossentropy")

  static func layer(
    _ name: String, desired: Double, lack: Double, deadUnits: Int?, warnings: [Warning] = []
  ) -> LayerDiagnosis {
    LayerDiagnosis(
      name: name, desiredUpdate: desired, bestUpdate: desired - lack, lackOfExpressivity: lack,
      relativeLack: desired > 0 ? lack / desired : nil, upstreamLack: nil,
      lackStandardError: lack / 10, deadUnits: deadUnits, units: 4, isLinear: false,
      warnings: warnings)
  }

  /// Growth whose neurons make the loss fall by `fitted` and `heldOut`, a quarter of each by the
  /// weight update alone.
  static func growth(_ layer: Int, neurons: Int, fitted: Double, heldOut: Double?)
    -> GrowthDiagnosis
  {
    let lossGain = LossGain(
      predicted: 1.25 * fitted, measured: fitted,
      heldOut: heldOut.map { PairedGain(mean: $0, standardError: 0.001) },
      measuredWithoutNeurons: fitted / 4,
      heldOutBeyondUpdate: heldOut.map { PairedGain(mean: 0.75 * $0, standardError: 0.0005) },
      amplitudes: Amplitudes(update: 2, neurons: 0.5))
    return growth(layer, neurons: neurons, lossGain)
  }

  /// Growth that gains so much.
  static func growth(_ layer: Int, neurons: Int, _ lossGain: LossGain) -> GrowthDiagnosis {
    let (fitted, heldOut) = (lossGain.measured, lossGain.heldOut?.mean)
    return GrowthDiagnosis(
      layer: layer,
      paper: PaperGrowth(
        singularValues: [0.2, 0.1, 0.05], singularValueStandardErrors: [0.02, 0.01], gain: 0.0525,
        slope: 0.0525, exactSlope: -0.01),
      solver: .sequential,
      neurons: NewNeurons(
        fanIn: Matrix(rows: 2, columns: neurons), fanOut: Matrix(rows: neurons, columns: 2),
        bestWeightUpdate: Matrix(rows: 2, columns: 2), overlap: nil,
        singularValues: [0.2, 0.1, 0.05]), addition: nil, kind: neurons > 0 ? .linear : nil,
      expressivityGain: fitted / 10, slope: fitted / 5, lossGain: neurons > 0 ? lossGain : nil,
      rejectedLossGain: neurons > 0 ? nil : lossGain,
      parameterCost: neurons * 43,
      curve: (0...4).map { count in
        let share = Double(count) / Double(max(1, neurons))
        return CurvePoint(
          neurons: count, expressivityGain: fitted / 10 * share,
          validationExpressivityGain: heldOut.map { $0 / 10 * share })
      }, warnings: [])
  }

  static func diagnosis(
    layers: [LayerDiagnosis], growth: [GrowthDiagnosis], warnings: [Warning] = [],
    heldOut: Evaluation? = nil
  ) -> Diagnosis {
    Diagnosis(
      trainingCount: 4, heldOutCount: heldOut?.sampleCount ?? 0,
      evaluation: SplitEvaluation(
        training: Evaluation(sampleCount: 4, loss: 1, accuracy: nil), heldOut: heldOut),
      network: nil, layers: layers,
      growth: growth, moments: Moments(sampleCount: 4, effectiveCount: 4, layers: []),
      warnings: warnings)
  }
}

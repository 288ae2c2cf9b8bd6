import ArgumentParser
import Loader
import Networks
import Reports

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a file holds and what a diagnosis makes of it.",
    usage: "tiny-diagnose inspect <model> [<options>]",
    discussion: """
      Reads the structure and the weights; needs no samples. Of an HDF5 file that holds something \
      else it lists the datasets, and says what is missing for a diagnosis.
      """)

  @Argument(help: ModelFileOptions.modelHelp, completion: .file())
  var model: String

  @OptionGroup(title: "Model") var file: ModelFileOptions

  @OptionGroup(title: "Output") var output: OutputOptions<InspectionFormat>
  @OptionGroup(title: "Output") var further: FurtherForms<InspectionFormat>

  func run() throws {
    let inputs = [model] + file.files
    let destinations =
      [(output.form, try output.destination(apartFrom: inputs))]
      + (try further.open(apartFrom: inputs, output.output, overwrite: output.force))
    let loaded: LoadedModel
    do throws(ModelError) {
      loaded = try loadModel(at: model, file.options)
    } catch {
      guard error.isOfContent else { throw error }
      let survey = Survey(try survey(at: model, after: error))
      for (format, destination) in destinations {
        try destination.write(rendered(survey, as: format, style: destination.textStyle))
      }
      return
    }
    let inspection = Inspection(loaded)
    for (format, destination) in destinations {
      try destination.write(rendered(inspection, as: format, style: destination.textStyle))
    }
  }

  private func rendered(
    _ inspection: Inspection, as format: InspectionFormat, style: TextStyle
  ) throws -> String {
    switch format {
    case .json: try JSONInspection(inspection).rendered()
    case .text: TextInspection(inspection, style: style).rendered()
    }
  }

  private func rendered(
    _ survey: Survey, as format: InspectionFormat, style: TextStyle
  ) throws -> String {
    switch format {
    case .json: try JSONSurvey(survey).rendered()
    case .text: TextSurvey(survey, style: style).rendered()
    }
  }
}

extension Survey {
  /// What was found in a file.
  init(_ survey: FileSurvey) {
    self.init(
      path: survey.path, kind: survey.kind,
      datasets: survey.datasets.map {
        Dataset(path: $0.path, shape: $0.shape, content: $0.content, role: $0.role)
      }, isShortened: survey.isShortened, missing: survey.missingSentences)
  }
}

extension Inspection {
  /// What was read from a file.
  init(_ model: LoadedModel) {
    self.init(
      model: ReportedModel(model), producer: model.producer,
      inputShape: model.inputShape.map(Self.known),
      structure: model.structure.map { layer in
        InspectedLayer(
          name: layer.name, className: layer.className,
          outputShape: layer.outputShape.map(Self.known), treatment: layer.treatment.description)
      },
      lossName: model.loss?.name, lossProblem: model.lossProblem?.description,
      samples: model.carriesData ? Self.samples(of: model) : nil,
      history: model.history.map(InspectedGrowth.init), notes: model.notes)
  }

  /// A dimension, unless the file leaves it open.
  private static func known(_ dimension: Int) -> Int? { dimension < 0 ? nil : dimension }

  private static func samples(of model: LoadedModel) -> InspectedSamples {
    do throws(ModelError) {
      let found = try openSamples(for: model).training
      return .usable(
        count: found.sampleCount, inputs: found.inputsPath, targets: found.targetsPath,
        weights: found.weightsPath)
    } catch {
      return .unusable(error.description)
    }
  }
}

extension InspectedGrowth {
  /// An entry of a file's history.
  init(_ record: GrowthRecord) {
    self.init(
      date: record.date, layer: record.layer, unitsBefore: record.unitsBefore,
      unitsAdded: record.unitsAdded, method: record.method,
      measuredLossGain: record.measuredLossGain, validationLossGain: record.validationLossGain)
  }
}

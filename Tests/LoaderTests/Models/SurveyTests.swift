import Loader
import TestSupport
import Testing

@Suite("What a file holds") struct SurveyTests {
  /// The survey of a file that no model could be read from.
  private func found(_ write: (HDF5Writer) -> Void) throws -> FileSurvey {
    try withTemporaryFolder { folder in
      do { write(try HDF5Writer("\(folder)/file.h5")) }
      let error = #expect(throws: ModelError.self) { try loadModel(at: "\(folder)/file.h5") }
      let reason = try #require(error)
      #expect(reason.isOfContent)
      return try survey(at: "\(folder)/file.h5", after: reason)
    }
  }

  @Test("files of other programs, and parts of files, are called what they are")
  func kinds() throws {
    #expect(try found { _ in }.kind == "nothing")
    #expect(
      try found { writer in
        writer.attribute("_NCProperties", "version=2")
        writer.dataset("t", [1], shape: [1])
      }.kind == "a NetCDF-4 file")
    #expect(
      try found { writer in
        writer.dataset("A", [1, 2], shape: [1, 2])
        writer.attribute("MATLAB_class", of: "/A", "double")
      }.kind == "a MATLAB file")
    #expect(
      try found { writer in
        writer.group("S")
        writer.attribute("MATLAB_class", of: "/S", "struct")
      }.kind == "a MATLAB file")
    #expect(
      try found { $0.dataset("optimizer/vars/0", [1], shape: []) }.kind
        == "the state of an optimizer")
    #expect(
      try found { $0.dataset("something", [1], shape: [1]) }.kind
        == "HDF5 in no layout that is known")
  }

  @Test("weights of samples are seen beside samples")
  func sampleWeights() throws {
    let survey = try found { writer in
      writer.dataset("data/x", [1, 2, 3, 4], shape: [2, 2])
      writer.dataset("data/y", [0, 1], shape: [2])
      writer.dataset("data/w", [1, 2], shape: [2])
      writer.dataset("w", [1, 2], shape: [2])
    }
    #expect(survey.kind == "samples without a model")
    #expect(
      survey.datasets.map(\.role) == ["sample weights", "inputs", "targets", nil])
  }

  @Test("of a list of kernels, activations and loss are missing")
  func kernels() throws {
    let survey = try found { writer in
      writer.dataset("W1", [1, 2], shape: [1, 2])
      writer.dataset("b1", [1, 2], shape: [2])
      writer.dataset("W2", [1, 2], shape: [2, 1])
    }
    #expect(survey.kind == "weights of 2 layers")
    #expect(
      survey.datasets.map(\.role)
        == ["weights of a layer", "weights of a layer", "bias of a layer"])
    #expect(
      survey.missing == [
        .activations(layers: 2), .loss(mayBeTold: false), .samples,
      ])
  }
}

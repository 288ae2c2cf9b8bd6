internal import HDF5
import LinearAlgebra
import Networks

extension StatisticsFile {
  /// Writes the file, whole or not at all.
  ///
  /// - Parameters:
  ///   - path: where to.
  ///   - overwrite: whether a file that is there is replaced.
  ///   - inputs: files that must not be replaced.
  /// - Throws: `ModelError` if it cannot be written.
  package func write(to path: String, overwrite: Bool, apartFrom inputs: [String]) throws {
    do {
      let pending = try PendingFile(for: path, overwrite: overwrite, apartFrom: inputs)
      try pending.write(try contents)
      try pending.synchronize()
      try pending.commit()
    } catch let error as HDF5Error {
      throw ModelError(error)
    }
  }

  private var contents: FileContents {
    get throws {
      var contents = FileContents()
      contents.set("format", to: .text(Self.format))
      contents.set("version", to: .integer(Self.version))
      contents.set("program", to: .text(source.program))
      contents.set("processor", to: .text(source.processor))
      contents.set("model", to: .text(source.model))
      contents.set("data", to: .text(source.data))
      if let weights = source.weights { contents.set("weights", to: .text(weights)) }
      contents.set("loss_name", to: .text(source.lossName))
      contents.set("loss", to: .text(source.loss))
      for (name, texts) in [
        ("notes", source.notes), ("model_arguments", source.modelArguments),
        ("data_arguments", source.dataArguments),
      ] where !texts.isEmpty {
        contents.set(name, to: .texts(texts))
      }
      contents.set("first_range", to: .integer(ranges.lowerBound))
      contents.set("range_count", to: .integer(ranges.count))
      contents.addWords("origin", origin)
      contents.addWords("hashes/training", trainingHashes)
      contents.addWords("hashes/held_out", heldOutHashes)
      for (place, kept) in rows.enumerated() { contents.add("rows/\(place)", kept) }
      var checksums = [checksum]
      for place in 0..<sumCount {
        let sums = try sums(place)
        contents.addNumbers("sums/\(place)", sums)
        checksums.append(Self.checksum(of: sums.lazy.map(\.bitPattern)))
      }
      contents.addWords("checksums", checksums)
      return contents
    }
  }
}

extension FileContents {
  /// Words of 64 bits; nothing of none.
  fileprivate mutating func addWords(_ path: String, _ words: [UInt64]) {
    guard !words.isEmpty else { return }
    add(path, shape: [words.count], .integers(words.map { Int64(bitPattern: $0) }))
  }

  fileprivate mutating func addNumbers(_ path: String, _ numbers: [Double]) {
    guard !numbers.isEmpty else { return }
    let bytes = numbers.withUnsafeBytes { Array($0) }
    add(path, shape: [numbers.count], .stored(StoredElements(.float(bits: 64), bytes: bytes)))
  }

  fileprivate mutating func add(_ path: String, _ kept: KeptRows) {
    let samples = kept.samples
    add(
      "\(path)/inputs", shape: [samples.sampleCount, samples.inputCount],
      .floats(samples.inputs.storage))
    set("first", of: path, to: .integer(kept.first))
    set("from_validation", of: path, to: .integer(kept.fromValidation ? 1 : 0))
    set("identifying", of: path, to: .integer(samples.identifyingCount))
    switch samples.targets {
    case .labels(let labels):
      add("\(path)/targets", shape: [labels.count], .integers(labels.map { Int64($0) }))
    case .values(let values):
      add("\(path)/targets", shape: [values.rows, values.columns], .floats(values.storage))
    }
    if let weights = samples.weights { addNumbers("\(path)/weights", weights) }
    if let groups = samples.groups { addWords("\(path)/groups", groups) }
  }
}

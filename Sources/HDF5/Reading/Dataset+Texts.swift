internal import CHDF5

extension Dataset {
  /// All elements as texts, of a dataset small enough to be kept, such as the names of groups.
  ///
  /// - Throws: `HDF5Error` if the elements are no texts, take more than 64 MB, are not UTF-8, or cannot
  ///   be read.
  package func allTexts() throws(HDF5Error) -> [String] {
    guard elementType == .text else {
      throw failure(.elementType(found: elementType, expected: "text"))
    }
    let (count, overflow) = rowCount.multipliedReportingOverflow(by: rowWidth)
    return try handle.use { (id) throws(HDF5Error) in
      let type = H5Dget_type(id)
      defer { H5Tclose(type) }
      let texts = StoredTexts(file: file, path: path)
      let isVariable = H5Tis_variable_str(type) > 0
      let size = isVariable ? texts.referenceBytes : H5Tget_size(type)
      guard !overflow, count <= StoredTexts.largestBytes / max(1, size) else {
        throw failure(.tooLarge(bytes: nil, stored: storedBytes))
      }
      if let problem = chunks?.problem(of: 0..<rowCount, id) { throw failure(problem) }
      var bytes = [UInt8](repeating: 0, count: count * size)
      let stored = isVariable ? StoredReferences.type(bytes: size) : H5Tcopy(type)
      defer { H5Tclose(stored) }
      guard bytes.isEmpty || H5Dread(id, stored, td_all(), td_all(), td_default(), &bytes) >= 0
      else { throw failure(.unreadable(libraryCause())) }
      return isVariable
        ? try texts.variable(bytes, count: count)
        : try texts.fixed(bytes, type: type, count: count)
    }
  }
}

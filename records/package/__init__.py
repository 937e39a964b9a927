"""The package that a records office takes over: the approved text in lasting forms, its metadata and its history."""

from records.package.editions import Edition
from records.package.make import LIMIT, Package, make_package
from records.package.report import Check, Report
from records.package.verify import verify_package

__all__ = ["LIMIT", "Check", "Edition", "Package", "Report", "make_package", "verify_package"]

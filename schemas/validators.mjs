// Generated from the schemas by npm run generate; do not edit.
import helper0 from "ajv/dist/runtime/ucs2length.js";

const validate0 = validate10;
const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"urn:dicomcast:schema:change-feed-entry","title":"change feed entry","description":"One entry of the change feed of a DICOM service. The engine reads keys and the words of action and state in any letter case; this schema shows the usual one.","type":"object","additionalProperties":true,"required":["sequence","studyInstanceUid","seriesInstanceUid","sopInstanceUid","action","state"],"properties":{"sequence":{"title":"sequence","description":"Number of the change, rising, with gaps.","type":"integer","minimum":1,"examples":[1,84211]},"partitionName":{"title":"partitionName","description":"Name of the data partition, where the service has partitions.","type":"string","examples":["Microsoft.Default"]},"studyInstanceUid":{"title":"studyInstanceUid","description":"The study (0020,000D).","$ref":"#/definitions/uid"},"seriesInstanceUid":{"title":"seriesInstanceUid","description":"The series (0020,000E).","$ref":"#/definitions/uid"},"sopInstanceUid":{"title":"sopInstanceUid","description":"The instance (0008,0018).","$ref":"#/definitions/uid"},"action":{"title":"action","description":"What happened to the instance.","type":"string","pattern":"^([Cc][Rr][Ee][Aa][Tt][Ee]|[Uu][Pp][Dd][Aa][Tt][Ee]|[Dd][Ee][Ll][Ee][Tt][Ee])$","patternErrorMessage":"create, update or delete","examples":["create","update","delete"]},"state":{"title":"state","description":"current: this is the newest state; replaced: a later entry is; deleted: the instance is gone.","type":"string","pattern":"^([Cc][Uu][Rr][Rr][Ee][Nn][Tt]|[Rr][Ee][Pp][Ll][Aa][Cc][Ee][Dd]|[Dd][Ee][Ll][Ee][Tt][Ee][Dd])$","patternErrorMessage":"current, replaced or deleted","examples":["current","replaced","deleted"]},"timestamp":{"title":"timestamp","description":"When it happened: ISO 8601 with offset.","type":"string","examples":["2024-01-02T03:04:05.678+00:00"]},"filePath":{"title":"filePath","description":"Where the service keeps the file, with a store of the customer's own.","type":"string","examples":["DICOM/Microsoft.Default/1_2.dcm"]},"metadata":{"title":"metadata","description":"The dataset in the DICOM JSON Model (PS3.18 F.2), while the instance exists.","$ref":"#/definitions/dataset"}},"definitions":{"uid":{"type":"string","pattern":"^[0-9.]{1,64}$","patternErrorMessage":"a UID: digits and dots, at most 64 characters (PS3.5 9.1)","examples":["1.2.840.113619.2.55.3"]},"dataset":{"description":"Tags as eight hex digits, upper case, to elements.","type":"object","propertyNames":{"type":"string","pattern":"^[0-9A-F]{8}$","patternErrorMessage":"a tag as eight hex digits in upper case, such as 00100020"},"additionalProperties":{"$ref":"#/definitions/element"},"examples":[{"00100020":{"vr":"LO","Value":["MRN-1"]}}]},"element":{"title":"element","description":"One attribute: its VR and its values (PS3.18 F.2.2).","type":"object","additionalProperties":false,"properties":{"vr":{"title":"vr","description":"Value representation (PS3.5 6.2).","type":"string","pattern":"^[A-Z]{2}$","patternErrorMessage":"a VR of two capital letters","examples":["LO","SQ"]},"Value":{"title":"Value","description":"The values in order; null stands for an empty one (PS3.18 F.2.5).","type":"array","items":{"$ref":"#/definitions/value"},"examples":[["MRN-1"]]},"InlineBinary":{"title":"InlineBinary","description":"Base64 of a binary value.","type":"string","examples":["z0x9c8v7"]},"BulkDataURI":{"title":"BulkDataURI","description":"Where a large value can be had.","type":"string","examples":["https://dicom.example.org/bulkdata/1"]}}},"value":{"description":"Text, a number, null, a person name (Alphabetic, Ideographic, Phonetic), or an item of a sequence.","type":["string","number","null","object"],"if":{"type":"object"},"then":{"$ref":"#/definitions/nameOrItem"}},"nameOrItem":{"type":"object","if":{"propertyNames":{"enum":["Alphabetic","Ideographic","Phonetic"]}},"then":{"type":"object","additionalProperties":{"type":"string"}},"else":{"$ref":"#/definitions/dataset"}}}};
const schema12 = {"type":"string","pattern":"^[0-9.]{1,64}$","patternErrorMessage":"a UID: digits and dots, at most 64 characters (PS3.5 9.1)","examples":["1.2.840.113619.2.55.3"]};
const pattern0 = new RegExp("^[0-9.]{1,64}$", "u");
const pattern3 = new RegExp("^([Cc][Rr][Ee][Aa][Tt][Ee]|[Uu][Pp][Dd][Aa][Tt][Ee]|[Dd][Ee][Ll][Ee][Tt][Ee])$", "u");
const pattern4 = new RegExp("^([Cc][Uu][Rr][Rr][Ee][Nn][Tt]|[Rr][Ee][Pp][Ll][Aa][Cc][Ee][Dd]|[Dd][Ee][Ll][Ee][Tt][Ee][Dd])$", "u");
const schema15 = {"description":"Tags as eight hex digits, upper case, to elements.","type":"object","propertyNames":{"type":"string","pattern":"^[0-9A-F]{8}$","patternErrorMessage":"a tag as eight hex digits in upper case, such as 00100020"},"additionalProperties":{"$ref":"#/definitions/element"},"examples":[{"00100020":{"vr":"LO","Value":["MRN-1"]}}]};
const pattern5 = new RegExp("^[0-9A-F]{8}$", "u");
const schema16 = {"title":"element","description":"One attribute: its VR and its values (PS3.18 F.2.2).","type":"object","additionalProperties":false,"properties":{"vr":{"title":"vr","description":"Value representation (PS3.5 6.2).","type":"string","pattern":"^[A-Z]{2}$","patternErrorMessage":"a VR of two capital letters","examples":["LO","SQ"]},"Value":{"title":"Value","description":"The values in order; null stands for an empty one (PS3.18 F.2.5).","type":"array","items":{"$ref":"#/definitions/value"},"examples":[["MRN-1"]]},"InlineBinary":{"title":"InlineBinary","description":"Base64 of a binary value.","type":"string","examples":["z0x9c8v7"]},"BulkDataURI":{"title":"BulkDataURI","description":"Where a large value can be had.","type":"string","examples":["https://dicom.example.org/bulkdata/1"]}}};
const pattern6 = new RegExp("^[A-Z]{2}$", "u");
const schema17 = {"description":"Text, a number, null, a person name (Alphabetic, Ideographic, Phonetic), or an item of a sequence.","type":["string","number","null","object"],"if":{"type":"object"},"then":{"$ref":"#/definitions/nameOrItem"}};
const schema18 = {"type":"object","if":{"propertyNames":{"enum":["Alphabetic","Ideographic","Phonetic"]}},"then":{"type":"object","additionalProperties":{"type":"string"}},"else":{"$ref":"#/definitions/dataset"}};
const wrapper0 = {validate: validate11};

function validate14(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!(data && typeof data == "object" && !Array.isArray(data))){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema18.type,parentSchema:schema18,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
const _errs1 = errors;
let valid0 = true;
const _errs2 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
const _errs3 = errors;
if(!(((key0 === "Alphabetic") || (key0 === "Ideographic")) || (key0 === "Phonetic"))){
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var valid1 = _errs3 === errors;
if(!valid1){
const err2 = {};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
break;
}
}
}
var _valid0 = _errs2 === errors;
errors = _errs1;
if(vErrors !== null){
if(_errs1){
vErrors.length = _errs1;
}
else {
vErrors = null;
}
}
let ifClause0;
if(_valid0){
const _errs4 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key1 in data){
let data0 = data[key1];
if(typeof data0 !== "string"){
const err3 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/then/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema18.then.additionalProperties.type,parentSchema:schema18.then.additionalProperties,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/then/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema18.then.type,parentSchema:schema18.then,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
var _valid0 = _errs4 === errors;
valid0 = _valid0;
ifClause0 = "then";
}
else {
const _errs9 = errors;
if(!(wrapper0.validate(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? wrapper0.validate.errors : vErrors.concat(wrapper0.validate.errors);
errors = vErrors.length;
}
var _valid0 = _errs9 === errors;
valid0 = _valid0;
ifClause0 = "else";
}
if(!valid0){
const err5 = {instancePath,schemaPath:"#/if",keyword:"if",params:{failingKeyword: ifClause0},message:"must match \""+ifClause0+"\" schema",schema:schema18.if,parentSchema:schema18,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
validate14.errors = vErrors;
return errors === 0;
}


function validate13(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((((typeof data !== "string") && (!((typeof data == "number") && (isFinite(data))))) && (data !== null)) && (!(data && typeof data == "object" && !Array.isArray(data)))){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema17.type},message:"must be string,number,null,object",schema:schema17.type,parentSchema:schema17,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
const _errs1 = errors;
let valid0 = true;
const _errs2 = errors;
if(!(data && typeof data == "object" && !Array.isArray(data))){
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var _valid0 = _errs2 === errors;
errors = _errs1;
if(vErrors !== null){
if(_errs1){
vErrors.length = _errs1;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs4 = errors;
if(!(validate14(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate14.errors : vErrors.concat(validate14.errors);
errors = vErrors.length;
}
var _valid0 = _errs4 === errors;
valid0 = _valid0;
}
if(!valid0){
const err2 = {instancePath,schemaPath:"#/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema17.if,parentSchema:schema17,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate13.errors = vErrors;
return errors === 0;
}


function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "vr") || (key0 === "Value")) || (key0 === "InlineBinary")) || (key0 === "BulkDataURI"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.vr !== undefined){
let data0 = data.vr;
if(typeof data0 === "string"){
if(!pattern6.test(data0)){
const err1 = {instancePath:instancePath+"/vr",schemaPath:"#/properties/vr/pattern",keyword:"pattern",params:{pattern: "^[A-Z]{2}$"},message:"must match pattern \""+"^[A-Z]{2}$"+"\"",schema:"^[A-Z]{2}$",parentSchema:schema16.properties.vr,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/vr",schemaPath:"#/properties/vr/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.vr.type,parentSchema:schema16.properties.vr,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.Value !== undefined){
let data1 = data.Value;
if(Array.isArray(data1)){
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
if(!(validate13(data1[i0], {instancePath:instancePath+"/Value/" + i0,parentData:data1,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate13.errors : vErrors.concat(validate13.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath:instancePath+"/Value",schemaPath:"#/properties/Value/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema16.properties.Value.type,parentSchema:schema16.properties.Value,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.InlineBinary !== undefined){
let data3 = data.InlineBinary;
if(typeof data3 !== "string"){
const err4 = {instancePath:instancePath+"/InlineBinary",schemaPath:"#/properties/InlineBinary/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.InlineBinary.type,parentSchema:schema16.properties.InlineBinary,data:data3};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.BulkDataURI !== undefined){
let data4 = data.BulkDataURI;
if(typeof data4 !== "string"){
const err5 = {instancePath:instancePath+"/BulkDataURI",schemaPath:"#/properties/BulkDataURI/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema16.properties.BulkDataURI.type,parentSchema:schema16.properties.BulkDataURI,data:data4};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema16.type,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
validate12.errors = vErrors;
return errors === 0;
}


function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
const _errs1 = errors;
if(typeof key0 === "string"){
if(!pattern5.test(key0)){
const err0 = {instancePath,schemaPath:"#/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[0-9A-F]{8}$"},message:"must match pattern \""+"^[0-9A-F]{8}$"+"\"",schema:"^[0-9A-F]{8}$",parentSchema:schema15.propertyNames,data:key0,propertyName:key0};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/propertyNames/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema15.propertyNames.type,parentSchema:schema15.propertyNames,data:key0,propertyName:key0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var valid0 = _errs1 === errors;
if(!valid0){
const err2 = {instancePath,schemaPath:"#/propertyNames",keyword:"propertyNames",params:{propertyName: key0},message:"property name must be valid",schema:schema15.propertyNames,parentSchema:schema15,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
for(const key1 in data){
if(!(validate12(data[key1], {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data,parentDataProperty:key1,rootData}))){
vErrors = vErrors === null ? validate12.errors : vErrors.concat(validate12.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema15.type,parentSchema:schema15,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}


function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="urn:dicomcast:schema:change-feed-entry" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.sequence === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "sequence"},message:"must have required property '"+"sequence"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.studyInstanceUid === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "studyInstanceUid"},message:"must have required property '"+"studyInstanceUid"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.seriesInstanceUid === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "seriesInstanceUid"},message:"must have required property '"+"seriesInstanceUid"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.sopInstanceUid === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "sopInstanceUid"},message:"must have required property '"+"sopInstanceUid"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.action === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "action"},message:"must have required property '"+"action"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.state === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "state"},message:"must have required property '"+"state"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.sequence !== undefined){
let data0 = data.sequence;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err6 = {instancePath:instancePath+"/sequence",schemaPath:"#/properties/sequence/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.sequence.type,parentSchema:schema11.properties.sequence,data:data0};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 < 1 || isNaN(data0)){
const err7 = {instancePath:instancePath+"/sequence",schemaPath:"#/properties/sequence/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema11.properties.sequence,data:data0};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
if(data.partitionName !== undefined){
let data1 = data.partitionName;
if(typeof data1 !== "string"){
const err8 = {instancePath:instancePath+"/partitionName",schemaPath:"#/properties/partitionName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.partitionName.type,parentSchema:schema11.properties.partitionName,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.studyInstanceUid !== undefined){
let data2 = data.studyInstanceUid;
if(typeof data2 === "string"){
if(!pattern0.test(data2)){
const err9 = {instancePath:instancePath+"/studyInstanceUid",schemaPath:"#/definitions/uid/pattern",keyword:"pattern",params:{pattern: "^[0-9.]{1,64}$"},message:"must match pattern \""+"^[0-9.]{1,64}$"+"\"",schema:"^[0-9.]{1,64}$",parentSchema:schema12,data:data2};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/studyInstanceUid",schemaPath:"#/definitions/uid/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data2};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.seriesInstanceUid !== undefined){
let data3 = data.seriesInstanceUid;
if(typeof data3 === "string"){
if(!pattern0.test(data3)){
const err11 = {instancePath:instancePath+"/seriesInstanceUid",schemaPath:"#/definitions/uid/pattern",keyword:"pattern",params:{pattern: "^[0-9.]{1,64}$"},message:"must match pattern \""+"^[0-9.]{1,64}$"+"\"",schema:"^[0-9.]{1,64}$",parentSchema:schema12,data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/seriesInstanceUid",schemaPath:"#/definitions/uid/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.sopInstanceUid !== undefined){
let data4 = data.sopInstanceUid;
if(typeof data4 === "string"){
if(!pattern0.test(data4)){
const err13 = {instancePath:instancePath+"/sopInstanceUid",schemaPath:"#/definitions/uid/pattern",keyword:"pattern",params:{pattern: "^[0-9.]{1,64}$"},message:"must match pattern \""+"^[0-9.]{1,64}$"+"\"",schema:"^[0-9.]{1,64}$",parentSchema:schema12,data:data4};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/sopInstanceUid",schemaPath:"#/definitions/uid/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.type,parentSchema:schema12,data:data4};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.action !== undefined){
let data5 = data.action;
if(typeof data5 === "string"){
if(!pattern3.test(data5)){
const err15 = {instancePath:instancePath+"/action",schemaPath:"#/properties/action/pattern",keyword:"pattern",params:{pattern: "^([Cc][Rr][Ee][Aa][Tt][Ee]|[Uu][Pp][Dd][Aa][Tt][Ee]|[Dd][Ee][Ll][Ee][Tt][Ee])$"},message:"must match pattern \""+"^([Cc][Rr][Ee][Aa][Tt][Ee]|[Uu][Pp][Dd][Aa][Tt][Ee]|[Dd][Ee][Ll][Ee][Tt][Ee])$"+"\"",schema:"^([Cc][Rr][Ee][Aa][Tt][Ee]|[Uu][Pp][Dd][Aa][Tt][Ee]|[Dd][Ee][Ll][Ee][Tt][Ee])$",parentSchema:schema11.properties.action,data:data5};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/action",schemaPath:"#/properties/action/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.action.type,parentSchema:schema11.properties.action,data:data5};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.state !== undefined){
let data6 = data.state;
if(typeof data6 === "string"){
if(!pattern4.test(data6)){
const err17 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/pattern",keyword:"pattern",params:{pattern: "^([Cc][Uu][Rr][Rr][Ee][Nn][Tt]|[Rr][Ee][Pp][Ll][Aa][Cc][Ee][Dd]|[Dd][Ee][Ll][Ee][Tt][Ee][Dd])$"},message:"must match pattern \""+"^([Cc][Uu][Rr][Rr][Ee][Nn][Tt]|[Rr][Ee][Pp][Ll][Aa][Cc][Ee][Dd]|[Dd][Ee][Ll][Ee][Tt][Ee][Dd])$"+"\"",schema:"^([Cc][Uu][Rr][Rr][Ee][Nn][Tt]|[Rr][Ee][Pp][Ll][Aa][Cc][Ee][Dd]|[Dd][Ee][Ll][Ee][Tt][Ee][Dd])$",parentSchema:schema11.properties.state,data:data6};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
else {
const err18 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.state.type,parentSchema:schema11.properties.state,data:data6};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.timestamp !== undefined){
let data7 = data.timestamp;
if(typeof data7 !== "string"){
const err19 = {instancePath:instancePath+"/timestamp",schemaPath:"#/properties/timestamp/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.timestamp.type,parentSchema:schema11.properties.timestamp,data:data7};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.filePath !== undefined){
let data8 = data.filePath;
if(typeof data8 !== "string"){
const err20 = {instancePath:instancePath+"/filePath",schemaPath:"#/properties/filePath/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.filePath.type,parentSchema:schema11.properties.filePath,data:data8};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.metadata !== undefined){
if(!(validate11(data.metadata, {instancePath:instancePath+"/metadata",parentData:data,parentDataProperty:"metadata",rootData}))){
vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
errors = vErrors.length;
}
}
}
else {
const err21 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.type,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

const validate1 = validate19;
const schema19 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"urn:dicomcast:schema:config","title":"configuration","description":"Where the engine reads and writes and how. Text values may hold ${env:NAME}, ${env:NAME:-default} and ${file:/path}; a literal $ before { is written $$. Relative paths start at the folder of this file.","type":"object","additionalProperties":false,"required":["fhir","mappings"],"oneOf":[{"required":["source"]},{"required":["sources"]}],"properties":{"source":{"title":"source","description":"The DICOM service whose change feed is read. Several: sources.","$ref":"#/definitions/source","examples":[{"type":"change-feed","url":"https://dicom.example.org"}]},"sources":{"title":"sources","description":"Several DICOM services that are brought into one FHIR server, each with a checkpoint and an Endpoint of its own; instead of source.","type":"array","minItems":1,"items":{"type":"object","required":["id"],"properties":{"id":{"title":"id","description":"Its name, unlike that of any other.","type":"string","examples":["radiology"]}},"$ref":"#/definitions/source"},"examples":[[{"id":"radiology","type":"change-feed","url":"https://radiology.example.org"},{"id":"cardiology","type":"change-feed","url":"https://cardiology.example.org"}]]},"fhir":{"title":"fhir","description":"The FHIR server that is kept in step.","type":"object","additionalProperties":false,"required":["url"],"properties":{"url":{"title":"url","description":"Base address of the FHIR server: what stands before /Patient.","$ref":"#/definitions/baseUrl","examples":["https://fhir.example.org/fhir"]},"auth":{"$ref":"#/definitions/auth"},"maxTransactionEntries":{"title":"maxTransactionEntries","description":"How many entries the server takes in one transaction.","type":"integer","minimum":1,"maximum":100000,"default":500},"maxResourceBytes":{"title":"maxResourceBytes","description":"How many bytes of JSON a resource may grow to. An entry that would grow it further gets a row in the error store. Default: whatever the server takes.","type":"integer","minimum":1,"examples":[4000000]},"patch":{"title":"patch","description":"true: an update goes out as what changed (JSON Patch, RFC 6902, with a test of the version), where that is shorter than the resource. Only for a server of which doctor says that it takes patches.","type":"boolean","default":false},"lanes":{"title":"lanes","description":"How many groups (the entries of one patient) are written at the same time.","type":"integer","minimum":1,"maximum":64,"default":8}},"examples":[{"url":"https://fhir.example.org/fhir"}]},"mappings":{"title":"mappings","description":"The mapping files, as paths from the folder of this file; dicomcast:patient.yaml is a mapping as it ships.","type":"array","minItems":1,"uniqueItems":true,"items":{"title":"mapping","description":"Path of a mapping file, or dicomcast: and the name of one that ships.","type":"string","minLength":1,"examples":["mappings/patient.yaml","dicomcast:endpoint.yaml"]},"examples":[["mappings/patient.yaml","mappings/endpoint.yaml","mappings/imaging-study.yaml"]]},"settings":{"title":"settings","description":"Values for the settings that the mappings declare.","type":"object","additionalProperties":{"title":"setting","description":"Text, true or false, or a whole number, as the mapping declares it.","type":["string","boolean","integer"],"examples":["urn:oid:1.2.3",false]},"default":{},"examples":[{"patientSystemId":"urn:oid:1.2.3","isIssuerIdUsed":false}]},"enforceValidationOfTagValues":{"title":"enforceValidationOfTagValues","description":"true: an invalid value in an optional tag fails the entry. false: the element is left out, with a row in the error store.","type":"boolean","default":false},"generateObservations":{"title":"generateObservations","description":"false switches off the mappings that make Observations from structured reports. It is the setting of this name of those mappings; without it, what they say counts, as shipped true.","type":"boolean","examples":[false]},"ignoreJsonParsingErrors":{"title":"ignoreJsonParsingErrors","description":"true: entries of the feed that are not readable JSON get a row in the error store. false: the engine stops at them.","type":"boolean","default":false},"poll":{"title":"poll","description":"How often and how much is read from the change feed.","type":"object","additionalProperties":false,"properties":{"interval":{"title":"interval","description":"Pause when everything was read: 500ms, 60s, 10m, 1h.","$ref":"#/definitions/duration","default":"60s","examples":["5s","60s"]},"catchUpInterval":{"title":"catchUpInterval","description":"Pause between pages while there is more to read: 0s, 500ms, 1s.","$ref":"#/definitions/duration","default":"0s","examples":["0s","500ms"]},"pageSize":{"title":"pageSize","description":"Entries in one page: at most 100 with apiVersion v1, at most 200 with v2.","type":"integer","minimum":1,"default":100},"readAhead":{"title":"readAhead","description":"How many pages are asked for at the same time while there is more to read.","type":"integer","minimum":1,"maximum":64,"default":10}},"default":{},"examples":[{"interval":"60s","catchUpInterval":"0s","pageSize":100,"readAhead":10}]},"flush":{"title":"flush","description":"When entries are written while there is more to read. At the end of the feed everything is.","type":"object","additionalProperties":false,"properties":{"entries":{"title":"entries","description":"After so many entries, studies that grew by half since they were last written are written. Fewer take less memory and more requests.","type":"integer","minimum":1,"maximum":10000,"default":1000},"interval":{"title":"interval","description":"How long an entry waits at most for others of its study: 0s, 500ms, 2s.","$ref":"#/definitions/duration","default":"2s","examples":["2s"]}},"default":{},"examples":[{"entries":1000,"interval":"2s"}]},"retry":{"title":"retry","description":"What happens when a service does not answer or throttles.","type":"object","additionalProperties":false,"properties":{"totalDuration":{"title":"totalDuration","description":"How long one piece of work is tried again before it gets a row in the error store.","$ref":"#/definitions/duration","default":"10m","examples":["10m"]}},"default":{},"examples":[{"totalDuration":"10m"}]},"state":{"title":"state","description":"Where the engine remembers how far it got, and what failed.","type":"object","additionalProperties":false,"properties":{"type":{"title":"type","description":"The kind of store.","enum":["sqlite"],"default":"sqlite"},"path":{"title":"path","description":"The file, from the folder of this file. It must lie on a disk that survives a restart.","type":"string","minLength":1,"default":".dicomcast/state.db","examples":["/var/lib/dicomcast/state.db"]}},"default":{},"examples":[{"type":"sqlite","path":".dicomcast/state.db"}]},"log":{"title":"log","description":"What is logged. No level shows values of attributes or credentials.","type":"object","additionalProperties":false,"properties":{"level":{"title":"level","description":"The least important lines that are still written.","enum":["debug","info","warn","error"],"default":"info"}},"default":{},"examples":[{"level":"info"}]},"monitor":{"title":"monitor","description":"Where the running engine is watched: /metrics for Prometheus, /livez and /readyz for those who restart it. Without it nothing listens.","type":"object","additionalProperties":false,"required":["port"],"properties":{"host":{"title":"host","description":"The address that is listened on: this machine alone, or 0.0.0.0 for every address of it, as a container needs it. Whoever reaches it sees names of sources and counts, and nothing of a person.","type":"string","minLength":1,"default":"127.0.0.1","examples":["0.0.0.0"]},"port":{"title":"port","description":"The port that is listened on.","type":"integer","minimum":0,"maximum":65535,"examples":[9464]}},"examples":[{"port":9464}]}},"if":{"type":"object","properties":{"source":{"type":"object","required":["apiVersion"],"properties":{"apiVersion":{"const":"v2"}}},"sources":{"type":"array","items":{"type":"object","required":["apiVersion"],"properties":{"apiVersion":{"const":"v2"}}}}}},"then":{"type":"object","properties":{"poll":{"type":"object","properties":{"pageSize":{"type":"integer","maximum":200}}}}},"else":{"type":"object","properties":{"poll":{"type":"object","properties":{"pageSize":{"type":"integer","maximum":100,"x-hint":"A page has at most 100 entries with source.apiVersion v1, and 200 with v2."}}}}},"definitions":{"source":{"title":"source","description":"A DICOM service whose change feed is read.","type":"object","additionalProperties":false,"required":["type","url"],"properties":{"type":{"title":"type","description":"The kind of source.","enum":["change-feed"],"examples":["change-feed"]},"url":{"title":"url","description":"Address of the DICOM service, without /v1 or /v2.","$ref":"#/definitions/baseUrl","examples":["https://dicom.example.org"]},"apiVersion":{"title":"apiVersion","description":"Version of the DICOM service's API: v1 or v2.","enum":["v1","v2"],"default":"v1"},"id":{"title":"id","description":"Name of this source in the state store, in log lines and for --source; keep it when the address changes. Needed in sources; default in source: the url.","type":"string","minLength":1,"examples":["radiology"]},"publicUrl":{"title":"publicUrl","description":"The address that is written into FHIR resources where it differs from the one that is read. Default: the url.","$ref":"#/definitions/baseUrl","examples":["https://dicom.example.org"]},"partitions":{"title":"partitions","description":"separate: each data partition of the service counts as a source of its own, with an Endpoint and studies of its own. together: partitions are not told apart.","enum":["together","separate"],"default":"together"},"auth":{"$ref":"#/definitions/auth"}}},"duration":{"type":"string","pattern":"^[0-9]{1,6}(ms|s|m|h)$","patternErrorMessage":"a duration: a whole number and ms, s, m or h, such as 60s"},"baseUrl":{"type":"string","pattern":"^[Hh][Tt][Tt][Pp][Ss]?://[^\\s?#]+$","patternErrorMessage":"an address that starts with http:// or https:// and has no ? or #"},"secret":{"type":"string","minLength":1,"writeOnly":true},"auth":{"title":"auth","description":"How the engine signs in, by type.","type":"object","required":["type"],"discriminator":{"propertyName":"type"},"oneOf":[{"title":"auth of type none","additionalProperties":false,"properties":{"type":{"title":"type","description":"No credentials are sent.","const":"none"}}},{"title":"auth of type bearer","additionalProperties":false,"required":["token"],"properties":{"type":{"title":"type","description":"A fixed token is sent.","const":"bearer"},"token":{"title":"token","description":"The token, without the word Bearer.","$ref":"#/definitions/secret","examples":["${env:FHIR_TOKEN}","${file:/run/secrets/fhir-token}"]}}},{"title":"auth of type basic","additionalProperties":false,"required":["username","password"],"properties":{"type":{"title":"type","description":"Name and password (HTTP Basic).","const":"basic"},"username":{"title":"username","description":"The name of the account.","type":"string","minLength":1,"examples":["dicomcast"]},"password":{"title":"password","description":"Its password.","$ref":"#/definitions/secret","examples":["${env:FHIR_PASSWORD}"]}}},{"title":"auth of type client-credentials","additionalProperties":false,"required":["tokenUrl","clientId","clientSecret"],"properties":{"type":{"title":"type","description":"OAuth 2.0 client credentials.","const":"client-credentials"},"tokenUrl":{"title":"tokenUrl","description":"Address of the token endpoint.","type":"string","pattern":"^[Hh][Tt][Tt][Pp][Ss]?://[^\\s#]+$","patternErrorMessage":"an address that starts with http:// or https://","examples":["https://login.example.org/oauth2/token"]},"clientId":{"title":"clientId","description":"The client's id.","type":"string","minLength":1,"examples":["dicomcast"]},"clientSecret":{"title":"clientSecret","description":"The client's secret.","$ref":"#/definitions/secret","examples":["${env:FHIR_CLIENT_SECRET}"]},"scope":{"title":"scope","description":"The scopes that are asked for, separated by spaces.","type":"string","minLength":1,"examples":["system/*.read system/*.write"]},"resource":{"title":"resource","description":"The resource that the token is for, where the endpoint wants it.","type":"string","minLength":1,"examples":["https://fhir.example.org"]}}},{"title":"auth of type managed-identity","additionalProperties":false,"required":["resource"],"properties":{"type":{"title":"type","description":"The identity that Azure gives the machine.","const":"managed-identity"},"resource":{"title":"resource","description":"The resource that the token is for.","type":"string","minLength":1,"examples":["https://dicom.healthcareapis.azure.com"]},"clientId":{"title":"clientId","description":"Id of a user-assigned identity; without it, the system-assigned one.","type":"string","minLength":1,"examples":["00000000-0000-0000-0000-000000000000"]}}}],"default":{"type":"none"},"examples":[{"type":"none"},{"type":"bearer","token":"${env:FHIR_TOKEN}"}]}}};
const schema21 = {"type":"string","pattern":"^[Hh][Tt][Tt][Pp][Ss]?://[^\\s?#]+$","patternErrorMessage":"an address that starts with http:// or https:// and has no ? or #"};
const schema28 = {"type":"string","pattern":"^[0-9]{1,6}(ms|s|m|h)$","patternErrorMessage":"a duration: a whole number and ms, s, m or h, such as 60s"};
const func2 = Object.prototype.hasOwnProperty;
const func3 = helper0.default;
const schema20 = {"title":"source","description":"A DICOM service whose change feed is read.","type":"object","additionalProperties":false,"required":["type","url"],"properties":{"type":{"title":"type","description":"The kind of source.","enum":["change-feed"],"examples":["change-feed"]},"url":{"title":"url","description":"Address of the DICOM service, without /v1 or /v2.","$ref":"#/definitions/baseUrl","examples":["https://dicom.example.org"]},"apiVersion":{"title":"apiVersion","description":"Version of the DICOM service's API: v1 or v2.","enum":["v1","v2"],"default":"v1"},"id":{"title":"id","description":"Name of this source in the state store, in log lines and for --source; keep it when the address changes. Needed in sources; default in source: the url.","type":"string","minLength":1,"examples":["radiology"]},"publicUrl":{"title":"publicUrl","description":"The address that is written into FHIR resources where it differs from the one that is read. Default: the url.","$ref":"#/definitions/baseUrl","examples":["https://dicom.example.org"]},"partitions":{"title":"partitions","description":"separate: each data partition of the service counts as a source of its own, with an Endpoint and studies of its own. together: partitions are not told apart.","enum":["together","separate"],"default":"together"},"auth":{"$ref":"#/definitions/auth"}}};
const pattern7 = new RegExp("^[Hh][Tt][Tt][Pp][Ss]?://[^\\s?#]+$", "u");
const schema23 = {"title":"auth","description":"How the engine signs in, by type.","type":"object","required":["type"],"discriminator":{"propertyName":"type"},"oneOf":[{"title":"auth of type none","additionalProperties":false,"properties":{"type":{"title":"type","description":"No credentials are sent.","const":"none"}}},{"title":"auth of type bearer","additionalProperties":false,"required":["token"],"properties":{"type":{"title":"type","description":"A fixed token is sent.","const":"bearer"},"token":{"title":"token","description":"The token, without the word Bearer.","$ref":"#/definitions/secret","examples":["${env:FHIR_TOKEN}","${file:/run/secrets/fhir-token}"]}}},{"title":"auth of type basic","additionalProperties":false,"required":["username","password"],"properties":{"type":{"title":"type","description":"Name and password (HTTP Basic).","const":"basic"},"username":{"title":"username","description":"The name of the account.","type":"string","minLength":1,"examples":["dicomcast"]},"password":{"title":"password","description":"Its password.","$ref":"#/definitions/secret","examples":["${env:FHIR_PASSWORD}"]}}},{"title":"auth of type client-credentials","additionalProperties":false,"required":["tokenUrl","clientId","clientSecret"],"properties":{"type":{"title":"type","description":"OAuth 2.0 client credentials.","const":"client-credentials"},"tokenUrl":{"title":"tokenUrl","description":"Address of the token endpoint.","type":"string","pattern":"^[Hh][Tt][Tt][Pp][Ss]?://[^\\s#]+$","patternErrorMessage":"an address that starts with http:// or https://","examples":["https://login.example.org/oauth2/token"]},"clientId":{"title":"clientId","description":"The client's id.","type":"string","minLength":1,"examples":["dicomcast"]},"clientSecret":{"title":"clientSecret","description":"The client's secret.","$ref":"#/definitions/secret","examples":["${env:FHIR_CLIENT_SECRET}"]},"scope":{"title":"scope","description":"The scopes that are asked for, separated by spaces.","type":"string","minLength":1,"examples":["system/*.read system/*.write"]},"resource":{"title":"resource","description":"The resource that the token is for, where the endpoint wants it.","type":"string","minLength":1,"examples":["https://fhir.example.org"]}}},{"title":"auth of type managed-identity","additionalProperties":false,"required":["resource"],"properties":{"type":{"title":"type","description":"The identity that Azure gives the machine.","const":"managed-identity"},"resource":{"title":"resource","description":"The resource that the token is for.","type":"string","minLength":1,"examples":["https://dicom.healthcareapis.azure.com"]},"clientId":{"title":"clientId","description":"Id of a user-assigned identity; without it, the system-assigned one.","type":"string","minLength":1,"examples":["00000000-0000-0000-0000-000000000000"]}}}],"default":{"type":"none"},"examples":[{"type":"none"},{"type":"bearer","token":"${env:FHIR_TOKEN}"}]};
const schema24 = {"type":"string","minLength":1,"writeOnly":true};
const pattern9 = new RegExp("^[Hh][Tt][Tt][Pp][Ss]?://[^\\s#]+$", "u");

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema23.required,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
const tag0 = data.type;
if(typeof tag0 == "string"){
if(tag0 === "none"){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(key0 === "type")){
const err1 = {instancePath,schemaPath:"#/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema23.oneOf[0],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.type !== undefined){
let data0 = data.type;
if("none" !== data0){
const err2 = {instancePath:instancePath+"/type",schemaPath:"#/oneOf/0/properties/type/const",keyword:"const",params:{allowedValue: "none"},message:"must be equal to constant",schema:"none",parentSchema:schema23.oneOf[0].properties.type,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
}
else if(tag0 === "bearer"){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.token === undefined){
const err3 = {instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: "token"},message:"must have required property '"+"token"+"'",schema:schema23.oneOf[1].required,parentSchema:schema23.oneOf[1],data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key1 in data){
if(!((key1 === "type") || (key1 === "token"))){
const err4 = {instancePath,schemaPath:"#/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema23.oneOf[1],data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.type !== undefined){
let data1 = data.type;
if("bearer" !== data1){
const err5 = {instancePath:instancePath+"/type",schemaPath:"#/oneOf/1/properties/type/const",keyword:"const",params:{allowedValue: "bearer"},message:"must be equal to constant",schema:"bearer",parentSchema:schema23.oneOf[1].properties.type,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.token !== undefined){
let data2 = data.token;
if(typeof data2 === "string"){
if(func3(data2) < 1){
const err6 = {instancePath:instancePath+"/token",schemaPath:"#/definitions/secret/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema24,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/token",schemaPath:"#/definitions/secret/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.type,parentSchema:schema24,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
}
else if(tag0 === "basic"){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.username === undefined){
const err8 = {instancePath,schemaPath:"#/oneOf/2/required",keyword:"required",params:{missingProperty: "username"},message:"must have required property '"+"username"+"'",schema:schema23.oneOf[2].required,parentSchema:schema23.oneOf[2],data};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data.password === undefined){
const err9 = {instancePath,schemaPath:"#/oneOf/2/required",keyword:"required",params:{missingProperty: "password"},message:"must have required property '"+"password"+"'",schema:schema23.oneOf[2].required,parentSchema:schema23.oneOf[2],data};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
for(const key2 in data){
if(!(((key2 === "type") || (key2 === "username")) || (key2 === "password"))){
const err10 = {instancePath,schemaPath:"#/oneOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema23.oneOf[2],data};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.type !== undefined){
let data3 = data.type;
if("basic" !== data3){
const err11 = {instancePath:instancePath+"/type",schemaPath:"#/oneOf/2/properties/type/const",keyword:"const",params:{allowedValue: "basic"},message:"must be equal to constant",schema:"basic",parentSchema:schema23.oneOf[2].properties.type,data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.username !== undefined){
let data4 = data.username;
if(typeof data4 === "string"){
if(func3(data4) < 1){
const err12 = {instancePath:instancePath+"/username",schemaPath:"#/oneOf/2/properties/username/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema23.oneOf[2].properties.username,data:data4};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/username",schemaPath:"#/oneOf/2/properties/username/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.oneOf[2].properties.username.type,parentSchema:schema23.oneOf[2].properties.username,data:data4};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.password !== undefined){
let data5 = data.password;
if(typeof data5 === "string"){
if(func3(data5) < 1){
const err14 = {instancePath:instancePath+"/password",schemaPath:"#/definitions/secret/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema24,data:data5};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/password",schemaPath:"#/definitions/secret/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.type,parentSchema:schema24,data:data5};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
}
else if(tag0 === "client-credentials"){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.tokenUrl === undefined){
const err16 = {instancePath,schemaPath:"#/oneOf/3/required",keyword:"required",params:{missingProperty: "tokenUrl"},message:"must have required property '"+"tokenUrl"+"'",schema:schema23.oneOf[3].required,parentSchema:schema23.oneOf[3],data};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data.clientId === undefined){
const err17 = {instancePath,schemaPath:"#/oneOf/3/required",keyword:"required",params:{missingProperty: "clientId"},message:"must have required property '"+"clientId"+"'",schema:schema23.oneOf[3].required,parentSchema:schema23.oneOf[3],data};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data.clientSecret === undefined){
const err18 = {instancePath,schemaPath:"#/oneOf/3/required",keyword:"required",params:{missingProperty: "clientSecret"},message:"must have required property '"+"clientSecret"+"'",schema:schema23.oneOf[3].required,parentSchema:schema23.oneOf[3],data};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
for(const key3 in data){
if(!((((((key3 === "type") || (key3 === "tokenUrl")) || (key3 === "clientId")) || (key3 === "clientSecret")) || (key3 === "scope")) || (key3 === "resource"))){
const err19 = {instancePath,schemaPath:"#/oneOf/3/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema23.oneOf[3],data};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.type !== undefined){
let data6 = data.type;
if("client-credentials" !== data6){
const err20 = {instancePath:instancePath+"/type",schemaPath:"#/oneOf/3/properties/type/const",keyword:"const",params:{allowedValue: "client-credentials"},message:"must be equal to constant",schema:"client-credentials",parentSchema:schema23.oneOf[3].properties.type,data:data6};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.tokenUrl !== undefined){
let data7 = data.tokenUrl;
if(typeof data7 === "string"){
if(!pattern9.test(data7)){
const err21 = {instancePath:instancePath+"/tokenUrl",schemaPath:"#/oneOf/3/properties/tokenUrl/pattern",keyword:"pattern",params:{pattern: "^[Hh][Tt][Tt][Pp][Ss]?://[^\\s#]+$"},message:"must match pattern \""+"^[Hh][Tt][Tt][Pp][Ss]?://[^\\s#]+$"+"\"",schema:"^[Hh][Tt][Tt][Pp][Ss]?://[^\\s#]+$",parentSchema:schema23.oneOf[3].properties.tokenUrl,data:data7};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
else {
const err22 = {instancePath:instancePath+"/tokenUrl",schemaPath:"#/oneOf/3/properties/tokenUrl/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.oneOf[3].properties.tokenUrl.type,parentSchema:schema23.oneOf[3].properties.tokenUrl,data:data7};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.clientId !== undefined){
let data8 = data.clientId;
if(typeof data8 === "string"){
if(func3(data8) < 1){
const err23 = {instancePath:instancePath+"/clientId",schemaPath:"#/oneOf/3/properties/clientId/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema23.oneOf[3].properties.clientId,data:data8};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/clientId",schemaPath:"#/oneOf/3/properties/clientId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.oneOf[3].properties.clientId.type,parentSchema:schema23.oneOf[3].properties.clientId,data:data8};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.clientSecret !== undefined){
let data9 = data.clientSecret;
if(typeof data9 === "string"){
if(func3(data9) < 1){
const err25 = {instancePath:instancePath+"/clientSecret",schemaPath:"#/definitions/secret/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema24,data:data9};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
else {
const err26 = {instancePath:instancePath+"/clientSecret",schemaPath:"#/definitions/secret/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema24.type,parentSchema:schema24,data:data9};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data.scope !== undefined){
let data10 = data.scope;
if(typeof data10 === "string"){
if(func3(data10) < 1){
const err27 = {instancePath:instancePath+"/scope",schemaPath:"#/oneOf/3/properties/scope/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema23.oneOf[3].properties.scope,data:data10};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
else {
const err28 = {instancePath:instancePath+"/scope",schemaPath:"#/oneOf/3/properties/scope/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.oneOf[3].properties.scope.type,parentSchema:schema23.oneOf[3].properties.scope,data:data10};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data.resource !== undefined){
let data11 = data.resource;
if(typeof data11 === "string"){
if(func3(data11) < 1){
const err29 = {instancePath:instancePath+"/resource",schemaPath:"#/oneOf/3/properties/resource/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema23.oneOf[3].properties.resource,data:data11};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
else {
const err30 = {instancePath:instancePath+"/resource",schemaPath:"#/oneOf/3/properties/resource/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.oneOf[3].properties.resource.type,parentSchema:schema23.oneOf[3].properties.resource,data:data11};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
}
else if(tag0 === "managed-identity"){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.resource === undefined){
const err31 = {instancePath,schemaPath:"#/oneOf/4/required",keyword:"required",params:{missingProperty: "resource"},message:"must have required property '"+"resource"+"'",schema:schema23.oneOf[4].required,parentSchema:schema23.oneOf[4],data};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
for(const key4 in data){
if(!(((key4 === "type") || (key4 === "resource")) || (key4 === "clientId"))){
const err32 = {instancePath,schemaPath:"#/oneOf/4/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema23.oneOf[4],data};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data.type !== undefined){
let data12 = data.type;
if("managed-identity" !== data12){
const err33 = {instancePath:instancePath+"/type",schemaPath:"#/oneOf/4/properties/type/const",keyword:"const",params:{allowedValue: "managed-identity"},message:"must be equal to constant",schema:"managed-identity",parentSchema:schema23.oneOf[4].properties.type,data:data12};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data.resource !== undefined){
let data13 = data.resource;
if(typeof data13 === "string"){
if(func3(data13) < 1){
const err34 = {instancePath:instancePath+"/resource",schemaPath:"#/oneOf/4/properties/resource/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema23.oneOf[4].properties.resource,data:data13};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
else {
const err35 = {instancePath:instancePath+"/resource",schemaPath:"#/oneOf/4/properties/resource/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.oneOf[4].properties.resource.type,parentSchema:schema23.oneOf[4].properties.resource,data:data13};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data.clientId !== undefined){
let data14 = data.clientId;
if(typeof data14 === "string"){
if(func3(data14) < 1){
const err36 = {instancePath:instancePath+"/clientId",schemaPath:"#/oneOf/4/properties/clientId/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema23.oneOf[4].properties.clientId,data:data14};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/clientId",schemaPath:"#/oneOf/4/properties/clientId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema23.oneOf[4].properties.clientId.type,parentSchema:schema23.oneOf[4].properties.clientId,data:data14};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
}
else {
const err38 = {instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "type", tagValue: tag0},message:"value of tag \"type\" must be in oneOf",schema:schema23.discriminator,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
else {
const err39 = {instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "tag", tag: "type", tagValue: tag0},message:"tag \"type\" must be string",schema:schema23.discriminator,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
else {
const err40 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema23.type,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema20.required,parentSchema:schema20,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.url === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "url"},message:"must have required property '"+"url"+"'",schema:schema20.required,parentSchema:schema20,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(((((((key0 === "type") || (key0 === "url")) || (key0 === "apiVersion")) || (key0 === "id")) || (key0 === "publicUrl")) || (key0 === "partitions")) || (key0 === "auth"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema20,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.type !== undefined){
let data0 = data.type;
if(!(data0 === "change-feed")){
const err3 = {instancePath:instancePath+"/type",schemaPath:"#/properties/type/enum",keyword:"enum",params:{allowedValues: schema20.properties.type.enum},message:"must be equal to one of the allowed values",schema:schema20.properties.type.enum,parentSchema:schema20.properties.type,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.url !== undefined){
let data1 = data.url;
if(typeof data1 === "string"){
if(!pattern7.test(data1)){
const err4 = {instancePath:instancePath+"/url",schemaPath:"#/definitions/baseUrl/pattern",keyword:"pattern",params:{pattern: "^[Hh][Tt][Tt][Pp][Ss]?://[^\\s?#]+$"},message:"must match pattern \""+"^[Hh][Tt][Tt][Pp][Ss]?://[^\\s?#]+$"+"\"",schema:"^[Hh][Tt][Tt][Pp][Ss]?://[^\\s?#]+$",parentSchema:schema21,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/url",schemaPath:"#/definitions/baseUrl/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.type,parentSchema:schema21,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.apiVersion !== undefined){
let data2 = data.apiVersion;
if(!((data2 === "v1") || (data2 === "v2"))){
const err6 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/enum",keyword:"enum",params:{allowedValues: schema20.properties.apiVersion.enum},message:"must be equal to one of the allowed values",schema:schema20.properties.apiVersion.enum,parentSchema:schema20.properties.apiVersion,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.id !== undefined){
let data3 = data.id;
if(typeof data3 === "string"){
if(func3(data3) < 1){
const err7 = {instancePath:instancePath+"/id",schemaPath:"#/properties/id/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema20.properties.id,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/id",schemaPath:"#/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema20.properties.id.type,parentSchema:schema20.properties.id,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.publicUrl !== undefined){
let data4 = data.publicUrl;
if(typeof data4 === "string"){
if(!pattern7.test(data4)){
const err9 = {instancePath:instancePath+"/publicUrl",schemaPath:"#/definitions/baseUrl/pattern",keyword:"pattern",params:{pattern: "^[Hh][Tt][Tt][Pp][Ss]?://[^\\s?#]+$"},message:"must match pattern \""+"^[Hh][Tt][Tt][Pp][Ss]?://[^\\s?#]+$"+"\"",schema:"^[Hh][Tt][Tt][Pp][Ss]?://[^\\s?#]+$",parentSchema:schema21,data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/publicUrl",schemaPath:"#/definitions/baseUrl/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.type,parentSchema:schema21,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.partitions !== undefined){
let data5 = data.partitions;
if(!((data5 === "together") || (data5 === "separate"))){
const err11 = {instancePath:instancePath+"/partitions",schemaPath:"#/properties/partitions/enum",keyword:"enum",params:{allowedValues: schema20.properties.partitions.enum},message:"must be equal to one of the allowed values",schema:schema20.properties.partitions.enum,parentSchema:schema20.properties.partitions,data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.auth !== undefined){
if(!(validate21(data.auth, {instancePath:instancePath+"/auth",parentData:data,parentDataProperty:"auth",rootData}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
}
else {
const err12 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema20.type,parentSchema:schema20,data};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}

const pattern11 = new RegExp("^[0-9]{1,6}(ms|s|m|h)$", "u");

function validate19(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="urn:dicomcast:schema:config" */;
let vErrors = null;
let errors = 0;
const _errs1 = errors;
let valid0 = false;
let passing0 = null;
const _errs2 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.source === undefined){
const err0 = {instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: "source"},message:"must have required property '"+"source"+"'",schema:schema19.oneOf[0].required,parentSchema:schema19.oneOf[0],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var _valid0 = _errs2 === errors;
if(_valid0){
valid0 = true;
passing0 = 0;
}
const _errs3 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.sources === undefined){
const err1 = {instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: "sources"},message:"must have required property '"+"sources"+"'",schema:schema19.oneOf[1].required,parentSchema:schema19.oneOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs3 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid0 = true;
passing0 = 1;
}
}
if(!valid0){
const err2 = {instancePath,schemaPath:"#/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema19.oneOf,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
else {
errors = _errs1;
if(vErrors !== null){
if(_errs1){
vErrors.length = _errs1;
}
else {
vErrors = null;
}
}
}
const _errs4 = errors;
let valid1 = true;
const _errs5 = errors;
if(errors === _errs5){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.source !== undefined){
let data0 = data.source;
const _errs7 = errors;
if(errors === _errs7){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.apiVersion === undefined) && (missing0 = "apiVersion")){
const err3 = {};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
else {
if(data0.apiVersion !== undefined){
if("v2" !== data0.apiVersion){
const err4 = {};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
}
else {
const err5 = {};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
var valid2 = _errs7 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data.sources !== undefined){
let data2 = data.sources;
const _errs10 = errors;
if(errors === _errs10){
if(Array.isArray(data2)){
var valid4 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs12 = errors;
if(errors === _errs12){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
let missing1;
if((data3.apiVersion === undefined) && (missing1 = "apiVersion")){
const err6 = {};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
else {
if(data3.apiVersion !== undefined){
if("v2" !== data3.apiVersion){
const err7 = {};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
}
else {
const err8 = {};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
var valid4 = _errs12 === errors;
if(!valid4){
break;
}
}
}
else {
const err9 = {};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
var valid2 = _errs10 === errors;
}
else {
var valid2 = true;
}
}
}
else {
const err10 = {};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
var _valid1 = _errs5 === errors;
errors = _errs4;
if(vErrors !== null){
if(_errs4){
vErrors.length = _errs4;
}
else {
vErrors = null;
}
}
let ifClause0;
if(_valid1){
const _errs15 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.poll !== undefined){
let data5 = data.poll;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(data5.pageSize !== undefined){
let data6 = data5.pageSize;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err11 = {instancePath:instancePath+"/poll/pageSize",schemaPath:"#/then/properties/poll/properties/pageSize/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema19.then.properties.poll.properties.pageSize.type,parentSchema:schema19.then.properties.poll.properties.pageSize,data:data6};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 200 || isNaN(data6)){
const err12 = {instancePath:instancePath+"/poll/pageSize",schemaPath:"#/then/properties/poll/properties/pageSize/maximum",keyword:"maximum",params:{comparison: "<=", limit: 200},message:"must be <= 200",schema:200,parentSchema:schema19.then.properties.poll.properties.pageSize,data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
}
else {
const err13 = {instancePath:instancePath+"/poll",schemaPath:"#/then/properties/poll/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.then.properties.poll.type,parentSchema:schema19.then.properties.poll,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath,schemaPath:"#/then/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.then.type,parentSchema:schema19.then,data};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
var _valid1 = _errs15 === errors;
valid1 = _valid1;
ifClause0 = "then";
}
else {
const _errs21 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.poll !== undefined){
let data7 = data.poll;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
if(data7.pageSize !== undefined){
let data8 = data7.pageSize;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err15 = {instancePath:instancePath+"/poll/pageSize",schemaPath:"#/else/properties/poll/properties/pageSize/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema19.else.properties.poll.properties.pageSize.type,parentSchema:schema19.else.properties.poll.properties.pageSize,data:data8};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 100 || isNaN(data8)){
const err16 = {instancePath:instancePath+"/poll/pageSize",schemaPath:"#/else/properties/poll/properties/pageSize/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema19.else.properties.poll.properties.pageSize,data:data8};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
}
else {
const err17 = {instancePath:instancePath+"/poll",schemaPath:"#/else/properties/poll/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.else.properties.poll.type,parentSchema:schema19.else.properties.poll,data:data7};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
else {
const err18 = {instancePath,schemaPath:"#/else/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.else.type,parentSchema:schema19.else,data};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
var _valid1 = _errs21 === errors;
valid1 = _valid1;
ifClause0 = "else";
}
if(!valid1){
const err19 = {instancePath,schemaPath:"#/if",keyword:"if",params:{failingKeyword: ifClause0},message:"must match \""+ifClause0+"\" schema",schema:schema19.if,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.fhir === undefined){
const err20 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "fhir"},message:"must have required property '"+"fhir"+"'",schema:schema19.required,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data.mappings === undefined){
const err21 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "mappings"},message:"must have required property '"+"mappings"+"'",schema:schema19.required,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema19.properties, key0))){
const err22 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.source !== undefined){
if(!(validate20(data.source, {instancePath:instancePath+"/source",parentData:data,parentDataProperty:"source",rootData}))){
vErrors = vErrors === null ? validate20.errors : vErrors.concat(validate20.errors);
errors = vErrors.length;
}
}
if(data.sources !== undefined){
let data10 = data.sources;
if(Array.isArray(data10)){
if(data10.length < 1){
const err23 = {instancePath:instancePath+"/sources",schemaPath:"#/properties/sources/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema19.properties.sources,data:data10};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
const len1 = data10.length;
for(let i1=0; i1<len1; i1++){
let data11 = data10[i1];
if(!(validate20(data11, {instancePath:instancePath+"/sources/" + i1,parentData:data10,parentDataProperty:i1,rootData}))){
vErrors = vErrors === null ? validate20.errors : vErrors.concat(validate20.errors);
errors = vErrors.length;
}
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
if(data11.id === undefined){
const err24 = {instancePath:instancePath+"/sources/" + i1,schemaPath:"#/properties/sources/items/required",keyword:"required",params:{missingProperty: "id"},message:"must have required property '"+"id"+"'",schema:schema19.properties.sources.items.required,parentSchema:schema19.properties.sources.items,data:data11};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data11.id !== undefined){
let data12 = data11.id;
if(typeof data12 !== "string"){
const err25 = {instancePath:instancePath+"/sources/" + i1+"/id",schemaPath:"#/properties/sources/items/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.sources.items.properties.id.type,parentSchema:schema19.properties.sources.items.properties.id,data:data12};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
else {
const err26 = {instancePath:instancePath+"/sources/" + i1,schemaPath:"#/properties/sources/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.properties.sources.items.type,parentSchema:schema19.properties.sources.items,data:data11};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
}
else {
const err27 = {instancePath:instancePath+"/sources",schemaPath:"#/properties/sources/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema19.properties.sources.type,parentSchema:schema19.properties.sources,data:data10};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.fhir !== undefined){
let data13 = data.fhir;
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
if(data13.url === undefined){
const err28 = {instancePath:instancePath+"/fhir",schemaPath:"#/properties/fhir/required",keyword:"required",params:{missingProperty: "url"},message:"must have required property '"+"url"+"'",schema:schema19.properties.fhir.required,parentSchema:schema19.properties.fhir,data:data13};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
for(const key1 in data13){
if(!((((((key1 === "url") || (key1 === "auth")) || (key1 === "maxTransactionEntries")) || (key1 === "maxResourceBytes")) || (key1 === "patch")) || (key1 === "lanes"))){
const err29 = {instancePath:instancePath+"/fhir",schemaPath:"#/properties/fhir/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema19.properties.fhir,data:data13};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data13.url !== undefined){
let data14 = data13.url;
if(typeof data14 === "string"){
if(!pattern7.test(data14)){
const err30 = {instancePath:instancePath+"/fhir/url",schemaPath:"#/definitions/baseUrl/pattern",keyword:"pattern",params:{pattern: "^[Hh][Tt][Tt][Pp][Ss]?://[^\\s?#]+$"},message:"must match pattern \""+"^[Hh][Tt][Tt][Pp][Ss]?://[^\\s?#]+$"+"\"",schema:"^[Hh][Tt][Tt][Pp][Ss]?://[^\\s?#]+$",parentSchema:schema21,data:data14};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
else {
const err31 = {instancePath:instancePath+"/fhir/url",schemaPath:"#/definitions/baseUrl/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.type,parentSchema:schema21,data:data14};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data13.auth !== undefined){
if(!(validate21(data13.auth, {instancePath:instancePath+"/fhir/auth",parentData:data13,parentDataProperty:"auth",rootData}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
if(data13.maxTransactionEntries !== undefined){
let data16 = data13.maxTransactionEntries;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
const err32 = {instancePath:instancePath+"/fhir/maxTransactionEntries",schemaPath:"#/properties/fhir/properties/maxTransactionEntries/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema19.properties.fhir.properties.maxTransactionEntries.type,parentSchema:schema19.properties.fhir.properties.maxTransactionEntries,data:data16};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 100000 || isNaN(data16)){
const err33 = {instancePath:instancePath+"/fhir/maxTransactionEntries",schemaPath:"#/properties/fhir/properties/maxTransactionEntries/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000},message:"must be <= 100000",schema:100000,parentSchema:schema19.properties.fhir.properties.maxTransactionEntries,data:data16};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(data16 < 1 || isNaN(data16)){
const err34 = {instancePath:instancePath+"/fhir/maxTransactionEntries",schemaPath:"#/properties/fhir/properties/maxTransactionEntries/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema19.properties.fhir.properties.maxTransactionEntries,data:data16};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
if(data13.maxResourceBytes !== undefined){
let data17 = data13.maxResourceBytes;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
const err35 = {instancePath:instancePath+"/fhir/maxResourceBytes",schemaPath:"#/properties/fhir/properties/maxResourceBytes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema19.properties.fhir.properties.maxResourceBytes.type,parentSchema:schema19.properties.fhir.properties.maxResourceBytes,data:data17};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 < 1 || isNaN(data17)){
const err36 = {instancePath:instancePath+"/fhir/maxResourceBytes",schemaPath:"#/properties/fhir/properties/maxResourceBytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema19.properties.fhir.properties.maxResourceBytes,data:data17};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
if(data13.patch !== undefined){
let data18 = data13.patch;
if(typeof data18 !== "boolean"){
const err37 = {instancePath:instancePath+"/fhir/patch",schemaPath:"#/properties/fhir/properties/patch/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema19.properties.fhir.properties.patch.type,parentSchema:schema19.properties.fhir.properties.patch,data:data18};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data13.lanes !== undefined){
let data19 = data13.lanes;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
const err38 = {instancePath:instancePath+"/fhir/lanes",schemaPath:"#/properties/fhir/properties/lanes/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema19.properties.fhir.properties.lanes.type,parentSchema:schema19.properties.fhir.properties.lanes,data:data19};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 64 || isNaN(data19)){
const err39 = {instancePath:instancePath+"/fhir/lanes",schemaPath:"#/properties/fhir/properties/lanes/maximum",keyword:"maximum",params:{comparison: "<=", limit: 64},message:"must be <= 64",schema:64,parentSchema:schema19.properties.fhir.properties.lanes,data:data19};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if(data19 < 1 || isNaN(data19)){
const err40 = {instancePath:instancePath+"/fhir/lanes",schemaPath:"#/properties/fhir/properties/lanes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema19.properties.fhir.properties.lanes,data:data19};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
}
else {
const err41 = {instancePath:instancePath+"/fhir",schemaPath:"#/properties/fhir/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.properties.fhir.type,parentSchema:schema19.properties.fhir,data:data13};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data.mappings !== undefined){
let data20 = data.mappings;
if(Array.isArray(data20)){
if(data20.length < 1){
const err42 = {instancePath:instancePath+"/mappings",schemaPath:"#/properties/mappings/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema19.properties.mappings,data:data20};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
const len2 = data20.length;
for(let i2=0; i2<len2; i2++){
let data21 = data20[i2];
if(typeof data21 === "string"){
if(func3(data21) < 1){
const err43 = {instancePath:instancePath+"/mappings/" + i2,schemaPath:"#/properties/mappings/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema19.properties.mappings.items,data:data21};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
else {
const err44 = {instancePath:instancePath+"/mappings/" + i2,schemaPath:"#/properties/mappings/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.mappings.items.type,parentSchema:schema19.properties.mappings.items,data:data21};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
let i3 = data20.length;
let j0;
if(i3 > 1){
const indices0 = {};
for(;i3--;){
let item0 = data20[i3];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err45 = {instancePath:instancePath+"/mappings",schemaPath:"#/properties/mappings/uniqueItems",keyword:"uniqueItems",params:{i: i3, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i3+" are identical)",schema:true,parentSchema:schema19.properties.mappings,data:data20};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
break;
}
indices0[item0] = i3;
}
}
}
else {
const err46 = {instancePath:instancePath+"/mappings",schemaPath:"#/properties/mappings/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema19.properties.mappings.type,parentSchema:schema19.properties.mappings,data:data20};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data.settings !== undefined){
let data22 = data.settings;
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
for(const key2 in data22){
let data23 = data22[key2];
if(((typeof data23 !== "string") && (typeof data23 !== "boolean")) && (!(((typeof data23 == "number") && (!(data23 % 1) && !isNaN(data23))) && (isFinite(data23))))){
const err47 = {instancePath:instancePath+"/settings/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/settings/additionalProperties/type",keyword:"type",params:{type: schema19.properties.settings.additionalProperties.type},message:"must be string,boolean,integer",schema:schema19.properties.settings.additionalProperties.type,parentSchema:schema19.properties.settings.additionalProperties,data:data23};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
else {
const err48 = {instancePath:instancePath+"/settings",schemaPath:"#/properties/settings/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.properties.settings.type,parentSchema:schema19.properties.settings,data:data22};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data.enforceValidationOfTagValues !== undefined){
let data24 = data.enforceValidationOfTagValues;
if(typeof data24 !== "boolean"){
const err49 = {instancePath:instancePath+"/enforceValidationOfTagValues",schemaPath:"#/properties/enforceValidationOfTagValues/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema19.properties.enforceValidationOfTagValues.type,parentSchema:schema19.properties.enforceValidationOfTagValues,data:data24};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data.generateObservations !== undefined){
let data25 = data.generateObservations;
if(typeof data25 !== "boolean"){
const err50 = {instancePath:instancePath+"/generateObservations",schemaPath:"#/properties/generateObservations/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema19.properties.generateObservations.type,parentSchema:schema19.properties.generateObservations,data:data25};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data.ignoreJsonParsingErrors !== undefined){
let data26 = data.ignoreJsonParsingErrors;
if(typeof data26 !== "boolean"){
const err51 = {instancePath:instancePath+"/ignoreJsonParsingErrors",schemaPath:"#/properties/ignoreJsonParsingErrors/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema19.properties.ignoreJsonParsingErrors.type,parentSchema:schema19.properties.ignoreJsonParsingErrors,data:data26};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data.poll !== undefined){
let data27 = data.poll;
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
for(const key3 in data27){
if(!((((key3 === "interval") || (key3 === "catchUpInterval")) || (key3 === "pageSize")) || (key3 === "readAhead"))){
const err52 = {instancePath:instancePath+"/poll",schemaPath:"#/properties/poll/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema19.properties.poll,data:data27};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data27.interval !== undefined){
let data28 = data27.interval;
if(typeof data28 === "string"){
if(!pattern11.test(data28)){
const err53 = {instancePath:instancePath+"/poll/interval",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}(ms|s|m|h)$"},message:"must match pattern \""+"^[0-9]{1,6}(ms|s|m|h)$"+"\"",schema:"^[0-9]{1,6}(ms|s|m|h)$",parentSchema:schema28,data:data28};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
else {
const err54 = {instancePath:instancePath+"/poll/interval",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.type,parentSchema:schema28,data:data28};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data27.catchUpInterval !== undefined){
let data29 = data27.catchUpInterval;
if(typeof data29 === "string"){
if(!pattern11.test(data29)){
const err55 = {instancePath:instancePath+"/poll/catchUpInterval",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}(ms|s|m|h)$"},message:"must match pattern \""+"^[0-9]{1,6}(ms|s|m|h)$"+"\"",schema:"^[0-9]{1,6}(ms|s|m|h)$",parentSchema:schema28,data:data29};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
else {
const err56 = {instancePath:instancePath+"/poll/catchUpInterval",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.type,parentSchema:schema28,data:data29};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data27.pageSize !== undefined){
let data30 = data27.pageSize;
if(!(((typeof data30 == "number") && (!(data30 % 1) && !isNaN(data30))) && (isFinite(data30)))){
const err57 = {instancePath:instancePath+"/poll/pageSize",schemaPath:"#/properties/poll/properties/pageSize/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema19.properties.poll.properties.pageSize.type,parentSchema:schema19.properties.poll.properties.pageSize,data:data30};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
if((typeof data30 == "number") && (isFinite(data30))){
if(data30 < 1 || isNaN(data30)){
const err58 = {instancePath:instancePath+"/poll/pageSize",schemaPath:"#/properties/poll/properties/pageSize/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema19.properties.poll.properties.pageSize,data:data30};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
}
if(data27.readAhead !== undefined){
let data31 = data27.readAhead;
if(!(((typeof data31 == "number") && (!(data31 % 1) && !isNaN(data31))) && (isFinite(data31)))){
const err59 = {instancePath:instancePath+"/poll/readAhead",schemaPath:"#/properties/poll/properties/readAhead/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema19.properties.poll.properties.readAhead.type,parentSchema:schema19.properties.poll.properties.readAhead,data:data31};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
if((typeof data31 == "number") && (isFinite(data31))){
if(data31 > 64 || isNaN(data31)){
const err60 = {instancePath:instancePath+"/poll/readAhead",schemaPath:"#/properties/poll/properties/readAhead/maximum",keyword:"maximum",params:{comparison: "<=", limit: 64},message:"must be <= 64",schema:64,parentSchema:schema19.properties.poll.properties.readAhead,data:data31};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
if(data31 < 1 || isNaN(data31)){
const err61 = {instancePath:instancePath+"/poll/readAhead",schemaPath:"#/properties/poll/properties/readAhead/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema19.properties.poll.properties.readAhead,data:data31};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
}
}
else {
const err62 = {instancePath:instancePath+"/poll",schemaPath:"#/properties/poll/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.properties.poll.type,parentSchema:schema19.properties.poll,data:data27};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
if(data.flush !== undefined){
let data32 = data.flush;
if(data32 && typeof data32 == "object" && !Array.isArray(data32)){
for(const key4 in data32){
if(!((key4 === "entries") || (key4 === "interval"))){
const err63 = {instancePath:instancePath+"/flush",schemaPath:"#/properties/flush/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema19.properties.flush,data:data32};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data32.entries !== undefined){
let data33 = data32.entries;
if(!(((typeof data33 == "number") && (!(data33 % 1) && !isNaN(data33))) && (isFinite(data33)))){
const err64 = {instancePath:instancePath+"/flush/entries",schemaPath:"#/properties/flush/properties/entries/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema19.properties.flush.properties.entries.type,parentSchema:schema19.properties.flush.properties.entries,data:data33};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
if((typeof data33 == "number") && (isFinite(data33))){
if(data33 > 10000 || isNaN(data33)){
const err65 = {instancePath:instancePath+"/flush/entries",schemaPath:"#/properties/flush/properties/entries/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000",schema:10000,parentSchema:schema19.properties.flush.properties.entries,data:data33};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
if(data33 < 1 || isNaN(data33)){
const err66 = {instancePath:instancePath+"/flush/entries",schemaPath:"#/properties/flush/properties/entries/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema19.properties.flush.properties.entries,data:data33};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
}
if(data32.interval !== undefined){
let data34 = data32.interval;
if(typeof data34 === "string"){
if(!pattern11.test(data34)){
const err67 = {instancePath:instancePath+"/flush/interval",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}(ms|s|m|h)$"},message:"must match pattern \""+"^[0-9]{1,6}(ms|s|m|h)$"+"\"",schema:"^[0-9]{1,6}(ms|s|m|h)$",parentSchema:schema28,data:data34};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
else {
const err68 = {instancePath:instancePath+"/flush/interval",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.type,parentSchema:schema28,data:data34};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
}
else {
const err69 = {instancePath:instancePath+"/flush",schemaPath:"#/properties/flush/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.properties.flush.type,parentSchema:schema19.properties.flush,data:data32};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
if(data.retry !== undefined){
let data35 = data.retry;
if(data35 && typeof data35 == "object" && !Array.isArray(data35)){
for(const key5 in data35){
if(!(key5 === "totalDuration")){
const err70 = {instancePath:instancePath+"/retry",schemaPath:"#/properties/retry/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema19.properties.retry,data:data35};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data35.totalDuration !== undefined){
let data36 = data35.totalDuration;
if(typeof data36 === "string"){
if(!pattern11.test(data36)){
const err71 = {instancePath:instancePath+"/retry/totalDuration",schemaPath:"#/definitions/duration/pattern",keyword:"pattern",params:{pattern: "^[0-9]{1,6}(ms|s|m|h)$"},message:"must match pattern \""+"^[0-9]{1,6}(ms|s|m|h)$"+"\"",schema:"^[0-9]{1,6}(ms|s|m|h)$",parentSchema:schema28,data:data36};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
else {
const err72 = {instancePath:instancePath+"/retry/totalDuration",schemaPath:"#/definitions/duration/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.type,parentSchema:schema28,data:data36};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
}
else {
const err73 = {instancePath:instancePath+"/retry",schemaPath:"#/properties/retry/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.properties.retry.type,parentSchema:schema19.properties.retry,data:data35};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
if(data.state !== undefined){
let data37 = data.state;
if(data37 && typeof data37 == "object" && !Array.isArray(data37)){
for(const key6 in data37){
if(!((key6 === "type") || (key6 === "path"))){
const err74 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema19.properties.state,data:data37};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
if(data37.type !== undefined){
let data38 = data37.type;
if(!(data38 === "sqlite")){
const err75 = {instancePath:instancePath+"/state/type",schemaPath:"#/properties/state/properties/type/enum",keyword:"enum",params:{allowedValues: schema19.properties.state.properties.type.enum},message:"must be equal to one of the allowed values",schema:schema19.properties.state.properties.type.enum,parentSchema:schema19.properties.state.properties.type,data:data38};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
if(data37.path !== undefined){
let data39 = data37.path;
if(typeof data39 === "string"){
if(func3(data39) < 1){
const err76 = {instancePath:instancePath+"/state/path",schemaPath:"#/properties/state/properties/path/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema19.properties.state.properties.path,data:data39};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
else {
const err77 = {instancePath:instancePath+"/state/path",schemaPath:"#/properties/state/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.state.properties.path.type,parentSchema:schema19.properties.state.properties.path,data:data39};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
}
else {
const err78 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.properties.state.type,parentSchema:schema19.properties.state,data:data37};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
if(data.log !== undefined){
let data40 = data.log;
if(data40 && typeof data40 == "object" && !Array.isArray(data40)){
for(const key7 in data40){
if(!(key7 === "level")){
const err79 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties",schema:false,parentSchema:schema19.properties.log,data:data40};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
if(data40.level !== undefined){
let data41 = data40.level;
if(!((((data41 === "debug") || (data41 === "info")) || (data41 === "warn")) || (data41 === "error"))){
const err80 = {instancePath:instancePath+"/log/level",schemaPath:"#/properties/log/properties/level/enum",keyword:"enum",params:{allowedValues: schema19.properties.log.properties.level.enum},message:"must be equal to one of the allowed values",schema:schema19.properties.log.properties.level.enum,parentSchema:schema19.properties.log.properties.level,data:data41};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
}
else {
const err81 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.properties.log.type,parentSchema:schema19.properties.log,data:data40};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
if(data.monitor !== undefined){
let data42 = data.monitor;
if(data42 && typeof data42 == "object" && !Array.isArray(data42)){
if(data42.port === undefined){
const err82 = {instancePath:instancePath+"/monitor",schemaPath:"#/properties/monitor/required",keyword:"required",params:{missingProperty: "port"},message:"must have required property '"+"port"+"'",schema:schema19.properties.monitor.required,parentSchema:schema19.properties.monitor,data:data42};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
for(const key8 in data42){
if(!((key8 === "host") || (key8 === "port"))){
const err83 = {instancePath:instancePath+"/monitor",schemaPath:"#/properties/monitor/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties",schema:false,parentSchema:schema19.properties.monitor,data:data42};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
if(data42.host !== undefined){
let data43 = data42.host;
if(typeof data43 === "string"){
if(func3(data43) < 1){
const err84 = {instancePath:instancePath+"/monitor/host",schemaPath:"#/properties/monitor/properties/host/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema19.properties.monitor.properties.host,data:data43};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
else {
const err85 = {instancePath:instancePath+"/monitor/host",schemaPath:"#/properties/monitor/properties/host/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema19.properties.monitor.properties.host.type,parentSchema:schema19.properties.monitor.properties.host,data:data43};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
if(data42.port !== undefined){
let data44 = data42.port;
if(!(((typeof data44 == "number") && (!(data44 % 1) && !isNaN(data44))) && (isFinite(data44)))){
const err86 = {instancePath:instancePath+"/monitor/port",schemaPath:"#/properties/monitor/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema19.properties.monitor.properties.port.type,parentSchema:schema19.properties.monitor.properties.port,data:data44};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
if((typeof data44 == "number") && (isFinite(data44))){
if(data44 > 65535 || isNaN(data44)){
const err87 = {instancePath:instancePath+"/monitor/port",schemaPath:"#/properties/monitor/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema19.properties.monitor.properties.port,data:data44};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
if(data44 < 0 || isNaN(data44)){
const err88 = {instancePath:instancePath+"/monitor/port",schemaPath:"#/properties/monitor/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema19.properties.monitor.properties.port,data:data44};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
}
}
else {
const err89 = {instancePath:instancePath+"/monitor",schemaPath:"#/properties/monitor/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.properties.monitor.type,parentSchema:schema19.properties.monitor,data:data42};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
}
else {
const err90 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.type,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
validate19.errors = vErrors;
return errors === 0;
}

const validate2 = validate26;
const schema32 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"urn:dicomcast:schema:mapping-test","title":"mapping test","description":"Cases for dicomcast test: what a change feed delivers, and what the mappings must make of it. Described in mappings/README.md, Testing a mapping.","type":"object","additionalProperties":false,"required":["cases"],"properties":{"config":{"title":"config","description":"The configuration whose mappings and settings are tested: a path from the folder of this file. Default: that of the command.","type":"string","minLength":1,"examples":["../dicomcast.config.yaml"]},"mappings":{"title":"mappings","description":"Mapping files in place of those of the configuration: paths from the folder of this file, or dicomcast:patient.yaml for one that ships. Settings are then only those of this file, unless it names a config.","type":"array","minItems":1,"uniqueItems":true,"items":{"title":"mapping","description":"A mapping file.","type":"string","minLength":1,"examples":["patient.yaml"]},"examples":[["patient.yaml"]]},"defaults":{"title":"defaults","description":"What holds for all cases of this file unless they say otherwise.","type":"object","additionalProperties":false,"properties":{"at":{"$ref":"#/definitions/at"},"settings":{"$ref":"#/definitions/settings"},"source":{"$ref":"#/definitions/source"},"enforceValidationOfTagValues":{"$ref":"#/definitions/enforceValidationOfTagValues"},"instance":{"title":"instance","description":"Attributes of every instance that is written in place, unless it has its own; null there leaves one out.","$ref":"#/definitions/attributes"}},"examples":[{"at":"2024-01-02T03:04:05Z","instance":{"Modality":"CT"}}]},"cases":{"title":"cases","description":"The cases by name; at least one.","type":"object","minProperties":1,"propertyNames":{"pattern":"^[A-Za-z0-9][A-Za-z0-9._-]*$","patternErrorMessage":"a name: letters, digits, - _ and ., starting with a letter or digit"},"additionalProperties":{"$ref":"#/definitions/case"},"examples":[{"a-new-study":{"given":{"instances":[{"PatientID":"P1"}]},"expect":{"writes":{"Patient":"create"}}}}]}},"examples":[{"cases":{"a-new-study":{"given":{"instances":["fixtures/ct-1.json"]},"expect":{"golden":"golden/a-new-study.json"}}}}],"definitions":{"case":{"title":"case","description":"What is given and what is expected.","type":"object","additionalProperties":false,"required":["expect"],"properties":{"about":{"title":"about","description":"What the case shows, in one sentence.","type":"string","minLength":1,"examples":["A date that no calendar has is left out."]},"given":{"$ref":"#/definitions/given"},"expect":{"$ref":"#/definitions/expect"}},"examples":[{"given":{"instances":[{"PatientID":"P1"}]},"expect":{"writes":{"Patient":"create"}}}]},"given":{"title":"given","description":"What the change feed delivers and what the FHIR server holds before.","type":"object","additionalProperties":false,"properties":{"base":{"title":"base","description":"A case of this file whose `given` this one starts from. set and unset are added, settings and source are merged, the rest replaces.","type":"string","minLength":1,"examples":["a-new-study"]},"change":{"$ref":"#/definitions/change"},"instances":{"title":"instances","description":"The instances that the feed tells of, in this order.","type":"array","minItems":1,"items":{"$ref":"#/definitions/instance"},"examples":[["fixtures/ct-1.json",{"PatientID":"P1"}]]},"feed":{"title":"feed","description":"A history in place of change and instances: entries of the change feed, in their order.","type":"array","minItems":1,"items":{"$ref":"#/definitions/entry"},"examples":[[{"instance":"fixtures/ct-1.json"},{"change":"delete","instance":"fixtures/ct-1.json"}]]},"set":{"$ref":"#/definitions/set"},"unset":{"$ref":"#/definitions/unset"},"existing":{"title":"existing","description":"What the FHIR server holds before: resources in place, or a path to JSON with a resource, a list, a Bundle or the golden result of another case.","type":["string","array"],"minLength":1,"items":{"$ref":"#/definitions/existing"},"examples":["golden/a-new-study.json",[{"resourceType":"Patient","id":"p","identifier":[{"value":"P1"}]}]]},"at":{"$ref":"#/definitions/at"},"settings":{"$ref":"#/definitions/settings"},"source":{"$ref":"#/definitions/source"},"enforceValidationOfTagValues":{"$ref":"#/definitions/enforceValidationOfTagValues"}},"examples":[{"instances":["fixtures/ct-1.json"],"set":{"PatientSex":"F"}}]},"expect":{"title":"expect","description":"What must come of it; at least one assertion.","type":"object","additionalProperties":false,"properties":{"golden":{"title":"golden","description":"The whole result as JSON: every resource and every error row. A path from the folder of this file; dicomcast test --update writes it.","type":"string","pattern":"\\.json$","patternErrorMessage":"a path that ends in .json","examples":["golden/a-new-study.json"]},"shows":{"title":"shows","description":"Narrows golden to these resource types, each with the elements that matter, or all.","type":"object","minProperties":1,"additionalProperties":{"title":"elements","description":"Elements of the type, or all.","type":["string","array"],"if":{"type":"string"},"then":{"enum":["all"]},"minItems":1,"items":{"type":"string","minLength":1},"examples":["all",["series"]]},"examples":[{"ImagingStudy":["series"],"Patient":"all"}]},"contains":{"title":"contains","description":"Parts of resources, by type. Each item of a list must match some item; several resources of a type are a list.","type":"object","minProperties":1,"additionalProperties":{"title":"part","description":"A part of a resource, or a list of parts of several.","type":["object","array"],"minProperties":1,"minItems":1,"items":{"title":"part","description":"A part of a resource.","type":"object","minProperties":1,"examples":[{"gender":"male"}]},"examples":[{"gender":"male"}]},"examples":[{"Patient":{"gender":"male"}}]},"absent":{"title":"absent","description":"FHIR paths that give nothing in any resource of their type, or types of which there is no resource.","type":"array","minItems":1,"items":{"title":"path","description":"A type, or a type and a path.","type":"string","minLength":1,"examples":["Patient.birthDate"]},"examples":[["Patient.birthDate","Endpoint"]]},"fhirpath":{"title":"fhirpath","description":"FHIRPath conditions by type; each must be true for a resource of the type.","type":"object","minProperties":1,"additionalProperties":{"title":"conditions","description":"FHIRPath that gives true or false.","type":"array","minItems":1,"items":{"title":"condition","description":"FHIRPath.","type":"string","minLength":1,"x-expression":"fhirpath","examples":["name.family = 'DOE'"]},"examples":[["name.family = 'DOE'"]]},"examples":[{"Patient":["name.family = 'DOE'"]}]},"writes":{"title":"writes","description":"What is written, by type: create, update, delete, none, or a list for several resources. `none` alone: nothing is sent at all.","type":["string","object"],"if":{"type":"string"},"then":{"enum":["none"]},"minProperties":1,"additionalProperties":{"title":"write","description":"What becomes of the resources of this type.","type":["string","array"],"if":{"type":"string"},"then":{"enum":["create","update","delete","none"]},"minItems":1,"items":{"title":"write","description":"What becomes of one resource.","type":"string","enum":["create","update","delete"],"examples":["create"]},"examples":["create",["create","update"]]},"examples":["none",{"Patient":"create","ImagingStudy":"update"}]},"rows":{"title":"rows","description":"The error rows that must come, each with what is known of it. Any other row fails the case.","type":"array","minItems":1,"items":{"title":"row","description":"A row of the error store; it has at least a code.","type":"object","additionalProperties":false,"required":["code"],"properties":{"code":{"title":"code","description":"Its code.","type":"string","minLength":1,"examples":["dicom.invalid-tag"]},"rule":{"title":"rule","description":"The mapping and the rule.","type":"string","minLength":1,"examples":["Patient.birthDate"]},"tag":{"title":"tag","description":"The attribute.","type":"string","minLength":1,"examples":["PatientBirthDate"]},"kind":{"title":"kind","description":"The kind of row.","type":"string","enum":["InvalidDicomTag","DicomFailToStore","FhirFailToStore","TransientRetry","TransientFailure"]},"sequence":{"title":"sequence","description":"Which entry of the feed; the first has 1.","type":"integer","examples":[1]}},"examples":[{"code":"dicom.invalid-tag","rule":"Patient.birthDate"}]},"examples":[[{"code":"dicom.invalid-tag","rule":"Patient.birthDate"}]]},"findings":{"title":"findings","description":"What dicomcast check must say of the mappings: for tests of overlays that are wrong. Any other error fails the case.","type":"array","minItems":1,"items":{"title":"finding","description":"A finding; it has at least a code.","type":"object","additionalProperties":false,"required":["code"],"properties":{"code":{"title":"code","description":"Its code.","type":"string","minLength":1,"examples":["mapping.unknown-attribute"]},"rule":{"title":"rule","description":"The mapping and the rule.","type":"string","minLength":1,"examples":["Patient.birthDate"]},"line":{"title":"line","description":"The line in the mapping file.","type":"integer","minimum":1,"examples":[12]}},"examples":[{"code":"mapping.unknown-attribute"}]},"examples":[[{"code":"mapping.unknown-attribute"}]]},"warnings":{"title":"warnings","description":"The invariants with severity warning that must not hold, by mapping and name, and no others. `none`: all hold.","type":["string","array"],"if":{"type":"string"},"then":{"enum":["none"]},"minItems":1,"items":{"title":"invariant","description":"The mapping and the name of the invariant.","type":"string","minLength":1,"examples":["ImagingStudy.hasSeries"]},"examples":["none",["ImagingStudy.hasSeries"]]}},"examples":[{"golden":"golden/a-new-study.json"}]},"change":{"title":"change","description":"What happened to the instance: create, update or delete.","type":"string","enum":["create","update","delete"],"default":"create"},"instance":{"title":"instance","description":"A path to DICOM JSON or a DICOM file, or attributes in place. UIDs that are left out are made up.","type":["string","object"],"minLength":1,"examples":["fixtures/ct-1.json",{"PatientID":"P1"}]},"attributes":{"title":"attributes","description":"Values by DICOM keyword or tag, several values as a list, sequences as lists of maps; or elements of DICOM JSON as { vr, Value }. Null: not there; []: there without a value.","type":"object","examples":[{"PatientID":"P1","PatientName":"DOE^JANE"}]},"set":{"title":"set","description":"Attributes that every instance gets, by keyword, tag or path into sequences.","type":"object","minProperties":1,"examples":[{"PatientBirthDate":"19700230"}]},"unset":{"title":"unset","description":"Attributes that are taken out of every instance, as keyword, tag or path into sequences.","type":"array","minItems":1,"items":{"title":"attribute","description":"A keyword, tag or path into sequences.","type":"string","minLength":1,"examples":["PatientSex"]},"examples":[["PatientSex"]]},"entry":{"title":"entry","description":"One entry of the change feed.","type":"object","additionalProperties":false,"properties":{"change":{"$ref":"#/definitions/change"},"instance":{"$ref":"#/definitions/instance"},"set":{"$ref":"#/definitions/set"},"unset":{"$ref":"#/definitions/unset"},"state":{"title":"state","description":"Whether the entry is the newest of its instance. Default: deleted for a delete, otherwise current.","type":"string","enum":["current","replaced","deleted"]},"sequence":{"title":"sequence","description":"Its number. Default: counted from 1.","type":"integer","minimum":1,"examples":[7]},"timestamp":{"title":"timestamp","description":"When it happened. Default: at.","type":"string","examples":["2024-01-02T03:04:05Z"]},"partition":{"title":"partition","description":"The partition of the DICOM service.","type":"string","minLength":1,"examples":["Microsoft.Default"]},"metadata":{"title":"metadata","description":"null: the entry comes without its dataset.","type":"null","examples":[null]},"entry":{"title":"entry","description":"Keys of the entry as the feed sends them, in place of those that are made: for entries that cannot be read.","type":"object","minProperties":1,"examples":[{"action":"rename"}]}},"examples":[{"change":"delete","instance":"fixtures/ct-1.json"}]},"existing":{"title":"resource","description":"A resource in place, or a path to JSON.","type":["string","object"],"minLength":1,"required":["resourceType"],"examples":[{"resourceType":"Patient","id":"p","identifier":[{"value":"P1"}]}]},"at":{"title":"at","description":"The time of all clocks, in quotes or not. Default: 2024-01-01T00:00:00Z.","type":"string","pattern":"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2})$","patternErrorMessage":"a time such as 2024-01-02T03:04:05Z","examples":["2024-01-02T03:04:05Z"]},"settings":{"title":"settings","description":"Values for what the mappings declare under settings; they come over those of the configuration.","type":"object","additionalProperties":{"title":"setting","description":"A value.","type":["string","number","boolean"],"examples":["urn:oid:1.2.3"]},"examples":[{"patientSystemId":"urn:oid:1.2.3"}]},"source":{"title":"source","description":"The DICOM service, as $source has it.","type":"object","additionalProperties":false,"properties":{"url":{"title":"url","description":"Its address in FHIR resources. Default: https://dicom.example.org/.","type":"string","pattern":"^[hH][tT][tT][pP][sS]?://[^\\s/?#@]+[^\\s?#]*$","patternErrorMessage":"an address such as https://dicom.example.org","examples":["https://dicom.example.org"]},"partitions":{"title":"partitions","description":"As in the configuration: separate makes each partition a source of its own.","type":"string","enum":["together","separate"]},"id":{"title":"id","description":"Its name. Default: test.","type":"string","minLength":1,"examples":["radiology"]}},"examples":[{"url":"https://dicom.example.org"}]},"enforceValidationOfTagValues":{"title":"enforceValidationOfTagValues","description":"True: an invalid optional attribute fails its entry. Default: as in the configuration.","type":"boolean"}}};
const schema33 = {"title":"at","description":"The time of all clocks, in quotes or not. Default: 2024-01-01T00:00:00Z.","type":"string","pattern":"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2})$","patternErrorMessage":"a time such as 2024-01-02T03:04:05Z","examples":["2024-01-02T03:04:05Z"]};
const schema34 = {"title":"settings","description":"Values for what the mappings declare under settings; they come over those of the configuration.","type":"object","additionalProperties":{"title":"setting","description":"A value.","type":["string","number","boolean"],"examples":["urn:oid:1.2.3"]},"examples":[{"patientSystemId":"urn:oid:1.2.3"}]};
const schema35 = {"title":"source","description":"The DICOM service, as $source has it.","type":"object","additionalProperties":false,"properties":{"url":{"title":"url","description":"Its address in FHIR resources. Default: https://dicom.example.org/.","type":"string","pattern":"^[hH][tT][tT][pP][sS]?://[^\\s/?#@]+[^\\s?#]*$","patternErrorMessage":"an address such as https://dicom.example.org","examples":["https://dicom.example.org"]},"partitions":{"title":"partitions","description":"As in the configuration: separate makes each partition a source of its own.","type":"string","enum":["together","separate"]},"id":{"title":"id","description":"Its name. Default: test.","type":"string","minLength":1,"examples":["radiology"]}},"examples":[{"url":"https://dicom.example.org"}]};
const schema36 = {"title":"enforceValidationOfTagValues","description":"True: an invalid optional attribute fails its entry. Default: as in the configuration.","type":"boolean"};
const schema37 = {"title":"attributes","description":"Values by DICOM keyword or tag, several values as a list, sequences as lists of maps; or elements of DICOM JSON as { vr, Value }. Null: not there; []: there without a value.","type":"object","examples":[{"PatientID":"P1","PatientName":"DOE^JANE"}]};
const pattern15 = new RegExp("^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2})$", "u");
const pattern16 = new RegExp("^[hH][tT][tT][pP][sS]?://[^\\s/?#@]+[^\\s?#]*$", "u");
const pattern17 = new RegExp("^[A-Za-z0-9][A-Za-z0-9._-]*$", "u");
const schema38 = {"title":"case","description":"What is given and what is expected.","type":"object","additionalProperties":false,"required":["expect"],"properties":{"about":{"title":"about","description":"What the case shows, in one sentence.","type":"string","minLength":1,"examples":["A date that no calendar has is left out."]},"given":{"$ref":"#/definitions/given"},"expect":{"$ref":"#/definitions/expect"}},"examples":[{"given":{"instances":[{"PatientID":"P1"}]},"expect":{"writes":{"Patient":"create"}}}]};
const schema54 = {"title":"expect","description":"What must come of it; at least one assertion.","type":"object","additionalProperties":false,"properties":{"golden":{"title":"golden","description":"The whole result as JSON: every resource and every error row. A path from the folder of this file; dicomcast test --update writes it.","type":"string","pattern":"\\.json$","patternErrorMessage":"a path that ends in .json","examples":["golden/a-new-study.json"]},"shows":{"title":"shows","description":"Narrows golden to these resource types, each with the elements that matter, or all.","type":"object","minProperties":1,"additionalProperties":{"title":"elements","description":"Elements of the type, or all.","type":["string","array"],"if":{"type":"string"},"then":{"enum":["all"]},"minItems":1,"items":{"type":"string","minLength":1},"examples":["all",["series"]]},"examples":[{"ImagingStudy":["series"],"Patient":"all"}]},"contains":{"title":"contains","description":"Parts of resources, by type. Each item of a list must match some item; several resources of a type are a list.","type":"object","minProperties":1,"additionalProperties":{"title":"part","description":"A part of a resource, or a list of parts of several.","type":["object","array"],"minProperties":1,"minItems":1,"items":{"title":"part","description":"A part of a resource.","type":"object","minProperties":1,"examples":[{"gender":"male"}]},"examples":[{"gender":"male"}]},"examples":[{"Patient":{"gender":"male"}}]},"absent":{"title":"absent","description":"FHIR paths that give nothing in any resource of their type, or types of which there is no resource.","type":"array","minItems":1,"items":{"title":"path","description":"A type, or a type and a path.","type":"string","minLength":1,"examples":["Patient.birthDate"]},"examples":[["Patient.birthDate","Endpoint"]]},"fhirpath":{"title":"fhirpath","description":"FHIRPath conditions by type; each must be true for a resource of the type.","type":"object","minProperties":1,"additionalProperties":{"title":"conditions","description":"FHIRPath that gives true or false.","type":"array","minItems":1,"items":{"title":"condition","description":"FHIRPath.","type":"string","minLength":1,"x-expression":"fhirpath","examples":["name.family = 'DOE'"]},"examples":[["name.family = 'DOE'"]]},"examples":[{"Patient":["name.family = 'DOE'"]}]},"writes":{"title":"writes","description":"What is written, by type: create, update, delete, none, or a list for several resources. `none` alone: nothing is sent at all.","type":["string","object"],"if":{"type":"string"},"then":{"enum":["none"]},"minProperties":1,"additionalProperties":{"title":"write","description":"What becomes of the resources of this type.","type":["string","array"],"if":{"type":"string"},"then":{"enum":["create","update","delete","none"]},"minItems":1,"items":{"title":"write","description":"What becomes of one resource.","type":"string","enum":["create","update","delete"],"examples":["create"]},"examples":["create",["create","update"]]},"examples":["none",{"Patient":"create","ImagingStudy":"update"}]},"rows":{"title":"rows","description":"The error rows that must come, each with what is known of it. Any other row fails the case.","type":"array","minItems":1,"items":{"title":"row","description":"A row of the error store; it has at least a code.","type":"object","additionalProperties":false,"required":["code"],"properties":{"code":{"title":"code","description":"Its code.","type":"string","minLength":1,"examples":["dicom.invalid-tag"]},"rule":{"title":"rule","description":"The mapping and the rule.","type":"string","minLength":1,"examples":["Patient.birthDate"]},"tag":{"title":"tag","description":"The attribute.","type":"string","minLength":1,"examples":["PatientBirthDate"]},"kind":{"title":"kind","description":"The kind of row.","type":"string","enum":["InvalidDicomTag","DicomFailToStore","FhirFailToStore","TransientRetry","TransientFailure"]},"sequence":{"title":"sequence","description":"Which entry of the feed; the first has 1.","type":"integer","examples":[1]}},"examples":[{"code":"dicom.invalid-tag","rule":"Patient.birthDate"}]},"examples":[[{"code":"dicom.invalid-tag","rule":"Patient.birthDate"}]]},"findings":{"title":"findings","description":"What dicomcast check must say of the mappings: for tests of overlays that are wrong. Any other error fails the case.","type":"array","minItems":1,"items":{"title":"finding","description":"A finding; it has at least a code.","type":"object","additionalProperties":false,"required":["code"],"properties":{"code":{"title":"code","description":"Its code.","type":"string","minLength":1,"examples":["mapping.unknown-attribute"]},"rule":{"title":"rule","description":"The mapping and the rule.","type":"string","minLength":1,"examples":["Patient.birthDate"]},"line":{"title":"line","description":"The line in the mapping file.","type":"integer","minimum":1,"examples":[12]}},"examples":[{"code":"mapping.unknown-attribute"}]},"examples":[[{"code":"mapping.unknown-attribute"}]]},"warnings":{"title":"warnings","description":"The invariants with severity warning that must not hold, by mapping and name, and no others. `none`: all hold.","type":["string","array"],"if":{"type":"string"},"then":{"enum":["none"]},"minItems":1,"items":{"title":"invariant","description":"The mapping and the name of the invariant.","type":"string","minLength":1,"examples":["ImagingStudy.hasSeries"]},"examples":["none",["ImagingStudy.hasSeries"]]}},"examples":[{"golden":"golden/a-new-study.json"}]};
const schema39 = {"title":"given","description":"What the change feed delivers and what the FHIR server holds before.","type":"object","additionalProperties":false,"properties":{"base":{"title":"base","description":"A case of this file whose `given` this one starts from. set and unset are added, settings and source are merged, the rest replaces.","type":"string","minLength":1,"examples":["a-new-study"]},"change":{"$ref":"#/definitions/change"},"instances":{"title":"instances","description":"The instances that the feed tells of, in this order.","type":"array","minItems":1,"items":{"$ref":"#/definitions/instance"},"examples":[["fixtures/ct-1.json",{"PatientID":"P1"}]]},"feed":{"title":"feed","description":"A history in place of change and instances: entries of the change feed, in their order.","type":"array","minItems":1,"items":{"$ref":"#/definitions/entry"},"examples":[[{"instance":"fixtures/ct-1.json"},{"change":"delete","instance":"fixtures/ct-1.json"}]]},"set":{"$ref":"#/definitions/set"},"unset":{"$ref":"#/definitions/unset"},"existing":{"title":"existing","description":"What the FHIR server holds before: resources in place, or a path to JSON with a resource, a list, a Bundle or the golden result of another case.","type":["string","array"],"minLength":1,"items":{"$ref":"#/definitions/existing"},"examples":["golden/a-new-study.json",[{"resourceType":"Patient","id":"p","identifier":[{"value":"P1"}]}]]},"at":{"$ref":"#/definitions/at"},"settings":{"$ref":"#/definitions/settings"},"source":{"$ref":"#/definitions/source"},"enforceValidationOfTagValues":{"$ref":"#/definitions/enforceValidationOfTagValues"}},"examples":[{"instances":["fixtures/ct-1.json"],"set":{"PatientSex":"F"}}]};
const schema40 = {"title":"change","description":"What happened to the instance: create, update or delete.","type":"string","enum":["create","update","delete"],"default":"create"};
const schema41 = {"title":"instance","description":"A path to DICOM JSON or a DICOM file, or attributes in place. UIDs that are left out are made up.","type":["string","object"],"minLength":1,"examples":["fixtures/ct-1.json",{"PatientID":"P1"}]};
const schema45 = {"title":"set","description":"Attributes that every instance gets, by keyword, tag or path into sequences.","type":"object","minProperties":1,"examples":[{"PatientBirthDate":"19700230"}]};
const schema46 = {"title":"unset","description":"Attributes that are taken out of every instance, as keyword, tag or path into sequences.","type":"array","minItems":1,"items":{"title":"attribute","description":"A keyword, tag or path into sequences.","type":"string","minLength":1,"examples":["PatientSex"]},"examples":[["PatientSex"]]};
const schema49 = {"title":"resource","description":"A resource in place, or a path to JSON.","type":["string","object"],"minLength":1,"required":["resourceType"],"examples":[{"resourceType":"Patient","id":"p","identifier":[{"value":"P1"}]}]};
const schema42 = {"title":"entry","description":"One entry of the change feed.","type":"object","additionalProperties":false,"properties":{"change":{"$ref":"#/definitions/change"},"instance":{"$ref":"#/definitions/instance"},"set":{"$ref":"#/definitions/set"},"unset":{"$ref":"#/definitions/unset"},"state":{"title":"state","description":"Whether the entry is the newest of its instance. Default: deleted for a delete, otherwise current.","type":"string","enum":["current","replaced","deleted"]},"sequence":{"title":"sequence","description":"Its number. Default: counted from 1.","type":"integer","minimum":1,"examples":[7]},"timestamp":{"title":"timestamp","description":"When it happened. Default: at.","type":"string","examples":["2024-01-02T03:04:05Z"]},"partition":{"title":"partition","description":"The partition of the DICOM service.","type":"string","minLength":1,"examples":["Microsoft.Default"]},"metadata":{"title":"metadata","description":"null: the entry comes without its dataset.","type":"null","examples":[null]},"entry":{"title":"entry","description":"Keys of the entry as the feed sends them, in place of those that are made: for entries that cannot be read.","type":"object","minProperties":1,"examples":[{"action":"rename"}]}},"examples":[{"change":"delete","instance":"fixtures/ct-1.json"}]};

function validate29(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema42.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema42,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.change !== undefined){
let data0 = data.change;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/change",schemaPath:"#/definitions/change/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.type,parentSchema:schema40,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(!(((data0 === "create") || (data0 === "update")) || (data0 === "delete"))){
const err2 = {instancePath:instancePath+"/change",schemaPath:"#/definitions/change/enum",keyword:"enum",params:{allowedValues: schema40.enum},message:"must be equal to one of the allowed values",schema:schema40.enum,parentSchema:schema40,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.instance !== undefined){
let data1 = data.instance;
if((typeof data1 !== "string") && (!(data1 && typeof data1 == "object" && !Array.isArray(data1)))){
const err3 = {instancePath:instancePath+"/instance",schemaPath:"#/definitions/instance/type",keyword:"type",params:{type: schema41.type},message:"must be string,object",schema:schema41.type,parentSchema:schema41,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(typeof data1 === "string"){
if(func3(data1) < 1){
const err4 = {instancePath:instancePath+"/instance",schemaPath:"#/definitions/instance/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema41,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
if(data.set !== undefined){
let data2 = data.set;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(Object.keys(data2).length < 1){
const err5 = {instancePath:instancePath+"/set",schemaPath:"#/definitions/set/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema45,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/set",schemaPath:"#/definitions/set/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema45.type,parentSchema:schema45,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.unset !== undefined){
let data3 = data.unset;
if(Array.isArray(data3)){
if(data3.length < 1){
const err7 = {instancePath:instancePath+"/unset",schemaPath:"#/definitions/unset/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema46,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
if(typeof data4 === "string"){
if(func3(data4) < 1){
const err8 = {instancePath:instancePath+"/unset/" + i0,schemaPath:"#/definitions/unset/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema46.items,data:data4};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/unset/" + i0,schemaPath:"#/definitions/unset/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.items.type,parentSchema:schema46.items,data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/unset",schemaPath:"#/definitions/unset/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema46.type,parentSchema:schema46,data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.state !== undefined){
let data5 = data.state;
if(typeof data5 !== "string"){
const err11 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.state.type,parentSchema:schema42.properties.state,data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(!(((data5 === "current") || (data5 === "replaced")) || (data5 === "deleted"))){
const err12 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/enum",keyword:"enum",params:{allowedValues: schema42.properties.state.enum},message:"must be equal to one of the allowed values",schema:schema42.properties.state.enum,parentSchema:schema42.properties.state,data:data5};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.sequence !== undefined){
let data6 = data.sequence;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err13 = {instancePath:instancePath+"/sequence",schemaPath:"#/properties/sequence/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema42.properties.sequence.type,parentSchema:schema42.properties.sequence,data:data6};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 < 1 || isNaN(data6)){
const err14 = {instancePath:instancePath+"/sequence",schemaPath:"#/properties/sequence/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema42.properties.sequence,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
if(data.timestamp !== undefined){
let data7 = data.timestamp;
if(typeof data7 !== "string"){
const err15 = {instancePath:instancePath+"/timestamp",schemaPath:"#/properties/timestamp/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.timestamp.type,parentSchema:schema42.properties.timestamp,data:data7};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.partition !== undefined){
let data8 = data.partition;
if(typeof data8 === "string"){
if(func3(data8) < 1){
const err16 = {instancePath:instancePath+"/partition",schemaPath:"#/properties/partition/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema42.properties.partition,data:data8};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/partition",schemaPath:"#/properties/partition/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.partition.type,parentSchema:schema42.properties.partition,data:data8};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.metadata !== undefined){
let data9 = data.metadata;
if(data9 !== null){
const err18 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/type",keyword:"type",params:{type: "null"},message:"must be null",schema:schema42.properties.metadata.type,parentSchema:schema42.properties.metadata,data:data9};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.entry !== undefined){
let data10 = data.entry;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
if(Object.keys(data10).length < 1){
const err19 = {instancePath:instancePath+"/entry",schemaPath:"#/properties/entry/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema42.properties.entry,data:data10};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
else {
const err20 = {instancePath:instancePath+"/entry",schemaPath:"#/properties/entry/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema42.properties.entry.type,parentSchema:schema42.properties.entry,data:data10};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema42.type,parentSchema:schema42,data};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
validate29.errors = vErrors;
return errors === 0;
}


function validate28(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema39.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema39,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.base !== undefined){
let data0 = data.base;
if(typeof data0 === "string"){
if(func3(data0) < 1){
const err1 = {instancePath:instancePath+"/base",schemaPath:"#/properties/base/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema39.properties.base,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/base",schemaPath:"#/properties/base/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema39.properties.base.type,parentSchema:schema39.properties.base,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.change !== undefined){
let data1 = data.change;
if(typeof data1 !== "string"){
const err3 = {instancePath:instancePath+"/change",schemaPath:"#/definitions/change/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.type,parentSchema:schema40,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(!(((data1 === "create") || (data1 === "update")) || (data1 === "delete"))){
const err4 = {instancePath:instancePath+"/change",schemaPath:"#/definitions/change/enum",keyword:"enum",params:{allowedValues: schema40.enum},message:"must be equal to one of the allowed values",schema:schema40.enum,parentSchema:schema40,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.instances !== undefined){
let data2 = data.instances;
if(Array.isArray(data2)){
if(data2.length < 1){
const err5 = {instancePath:instancePath+"/instances",schemaPath:"#/properties/instances/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema39.properties.instances,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if((typeof data3 !== "string") && (!(data3 && typeof data3 == "object" && !Array.isArray(data3)))){
const err6 = {instancePath:instancePath+"/instances/" + i0,schemaPath:"#/definitions/instance/type",keyword:"type",params:{type: schema41.type},message:"must be string,object",schema:schema41.type,parentSchema:schema41,data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(typeof data3 === "string"){
if(func3(data3) < 1){
const err7 = {instancePath:instancePath+"/instances/" + i0,schemaPath:"#/definitions/instance/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema41,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
}
else {
const err8 = {instancePath:instancePath+"/instances",schemaPath:"#/properties/instances/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema39.properties.instances.type,parentSchema:schema39.properties.instances,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.feed !== undefined){
let data4 = data.feed;
if(Array.isArray(data4)){
if(data4.length < 1){
const err9 = {instancePath:instancePath+"/feed",schemaPath:"#/properties/feed/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema39.properties.feed,data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
if(!(validate29(data4[i1], {instancePath:instancePath+"/feed/" + i1,parentData:data4,parentDataProperty:i1,rootData}))){
vErrors = vErrors === null ? validate29.errors : vErrors.concat(validate29.errors);
errors = vErrors.length;
}
}
}
else {
const err10 = {instancePath:instancePath+"/feed",schemaPath:"#/properties/feed/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema39.properties.feed.type,parentSchema:schema39.properties.feed,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.set !== undefined){
let data6 = data.set;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(Object.keys(data6).length < 1){
const err11 = {instancePath:instancePath+"/set",schemaPath:"#/definitions/set/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema45,data:data6};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/set",schemaPath:"#/definitions/set/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema45.type,parentSchema:schema45,data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.unset !== undefined){
let data7 = data.unset;
if(Array.isArray(data7)){
if(data7.length < 1){
const err13 = {instancePath:instancePath+"/unset",schemaPath:"#/definitions/unset/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema46,data:data7};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
const len2 = data7.length;
for(let i2=0; i2<len2; i2++){
let data8 = data7[i2];
if(typeof data8 === "string"){
if(func3(data8) < 1){
const err14 = {instancePath:instancePath+"/unset/" + i2,schemaPath:"#/definitions/unset/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema46.items,data:data8};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/unset/" + i2,schemaPath:"#/definitions/unset/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.items.type,parentSchema:schema46.items,data:data8};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/unset",schemaPath:"#/definitions/unset/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema46.type,parentSchema:schema46,data:data7};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.existing !== undefined){
let data9 = data.existing;
if((typeof data9 !== "string") && (!(Array.isArray(data9)))){
const err17 = {instancePath:instancePath+"/existing",schemaPath:"#/properties/existing/type",keyword:"type",params:{type: schema39.properties.existing.type},message:"must be string,array",schema:schema39.properties.existing.type,parentSchema:schema39.properties.existing,data:data9};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(typeof data9 === "string"){
if(func3(data9) < 1){
const err18 = {instancePath:instancePath+"/existing",schemaPath:"#/properties/existing/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema39.properties.existing,data:data9};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(Array.isArray(data9)){
const len3 = data9.length;
for(let i3=0; i3<len3; i3++){
let data10 = data9[i3];
if((typeof data10 !== "string") && (!(data10 && typeof data10 == "object" && !Array.isArray(data10)))){
const err19 = {instancePath:instancePath+"/existing/" + i3,schemaPath:"#/definitions/existing/type",keyword:"type",params:{type: schema49.type},message:"must be string,object",schema:schema49.type,parentSchema:schema49,data:data10};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(typeof data10 === "string"){
if(func3(data10) < 1){
const err20 = {instancePath:instancePath+"/existing/" + i3,schemaPath:"#/definitions/existing/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema49,data:data10};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
if(data10.resourceType === undefined){
const err21 = {instancePath:instancePath+"/existing/" + i3,schemaPath:"#/definitions/existing/required",keyword:"required",params:{missingProperty: "resourceType"},message:"must have required property '"+"resourceType"+"'",schema:schema49.required,parentSchema:schema49,data:data10};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
}
}
if(data.at !== undefined){
let data11 = data.at;
if(typeof data11 === "string"){
if(!pattern15.test(data11)){
const err22 = {instancePath:instancePath+"/at",schemaPath:"#/definitions/at/pattern",keyword:"pattern",params:{pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2})$"},message:"must match pattern \""+"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2})$"+"\"",schema:"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2})$",parentSchema:schema33,data:data11};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
else {
const err23 = {instancePath:instancePath+"/at",schemaPath:"#/definitions/at/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.type,parentSchema:schema33,data:data11};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.settings !== undefined){
let data12 = data.settings;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
for(const key1 in data12){
let data13 = data12[key1];
if(((typeof data13 !== "string") && (!((typeof data13 == "number") && (isFinite(data13))))) && (typeof data13 !== "boolean")){
const err24 = {instancePath:instancePath+"/settings/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/settings/additionalProperties/type",keyword:"type",params:{type: schema34.additionalProperties.type},message:"must be string,number,boolean",schema:schema34.additionalProperties.type,parentSchema:schema34.additionalProperties,data:data13};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
else {
const err25 = {instancePath:instancePath+"/settings",schemaPath:"#/definitions/settings/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema34.type,parentSchema:schema34,data:data12};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.source !== undefined){
let data14 = data.source;
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
for(const key2 in data14){
if(!(((key2 === "url") || (key2 === "partitions")) || (key2 === "id"))){
const err26 = {instancePath:instancePath+"/source",schemaPath:"#/definitions/source/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema35,data:data14};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data14.url !== undefined){
let data15 = data14.url;
if(typeof data15 === "string"){
if(!pattern16.test(data15)){
const err27 = {instancePath:instancePath+"/source/url",schemaPath:"#/definitions/source/properties/url/pattern",keyword:"pattern",params:{pattern: "^[hH][tT][tT][pP][sS]?://[^\\s/?#@]+[^\\s?#]*$"},message:"must match pattern \""+"^[hH][tT][tT][pP][sS]?://[^\\s/?#@]+[^\\s?#]*$"+"\"",schema:"^[hH][tT][tT][pP][sS]?://[^\\s/?#@]+[^\\s?#]*$",parentSchema:schema35.properties.url,data:data15};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
else {
const err28 = {instancePath:instancePath+"/source/url",schemaPath:"#/definitions/source/properties/url/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.url.type,parentSchema:schema35.properties.url,data:data15};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data14.partitions !== undefined){
let data16 = data14.partitions;
if(typeof data16 !== "string"){
const err29 = {instancePath:instancePath+"/source/partitions",schemaPath:"#/definitions/source/properties/partitions/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.partitions.type,parentSchema:schema35.properties.partitions,data:data16};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(!((data16 === "together") || (data16 === "separate"))){
const err30 = {instancePath:instancePath+"/source/partitions",schemaPath:"#/definitions/source/properties/partitions/enum",keyword:"enum",params:{allowedValues: schema35.properties.partitions.enum},message:"must be equal to one of the allowed values",schema:schema35.properties.partitions.enum,parentSchema:schema35.properties.partitions,data:data16};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data14.id !== undefined){
let data17 = data14.id;
if(typeof data17 === "string"){
if(func3(data17) < 1){
const err31 = {instancePath:instancePath+"/source/id",schemaPath:"#/definitions/source/properties/id/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema35.properties.id,data:data17};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
else {
const err32 = {instancePath:instancePath+"/source/id",schemaPath:"#/definitions/source/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.id.type,parentSchema:schema35.properties.id,data:data17};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
}
else {
const err33 = {instancePath:instancePath+"/source",schemaPath:"#/definitions/source/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema35.type,parentSchema:schema35,data:data14};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data.enforceValidationOfTagValues !== undefined){
let data18 = data.enforceValidationOfTagValues;
if(typeof data18 !== "boolean"){
const err34 = {instancePath:instancePath+"/enforceValidationOfTagValues",schemaPath:"#/definitions/enforceValidationOfTagValues/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema36.type,parentSchema:schema36,data:data18};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
else {
const err35 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema39.type,parentSchema:schema39,data};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
validate28.errors = vErrors;
return errors === 0;
}

const pattern20 = new RegExp("\\.json$", "u");

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.expect === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "expect"},message:"must have required property '"+"expect"+"'",schema:schema38.required,parentSchema:schema38,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(((key0 === "about") || (key0 === "given")) || (key0 === "expect"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema38,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.about !== undefined){
let data0 = data.about;
if(typeof data0 === "string"){
if(func3(data0) < 1){
const err2 = {instancePath:instancePath+"/about",schemaPath:"#/properties/about/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema38.properties.about,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/about",schemaPath:"#/properties/about/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema38.properties.about.type,parentSchema:schema38.properties.about,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.given !== undefined){
if(!(validate28(data.given, {instancePath:instancePath+"/given",parentData:data,parentDataProperty:"given",rootData}))){
vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
errors = vErrors.length;
}
}
if(data.expect !== undefined){
let data2 = data.expect;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
for(const key1 in data2){
if(!(func2.call(schema54.properties, key1))){
const err4 = {instancePath:instancePath+"/expect",schemaPath:"#/definitions/expect/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema54,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data2.golden !== undefined){
let data3 = data2.golden;
if(typeof data3 === "string"){
if(!pattern20.test(data3)){
const err5 = {instancePath:instancePath+"/expect/golden",schemaPath:"#/definitions/expect/properties/golden/pattern",keyword:"pattern",params:{pattern: "\\.json$"},message:"must match pattern \""+"\\.json$"+"\"",schema:"\\.json$",parentSchema:schema54.properties.golden,data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/expect/golden",schemaPath:"#/definitions/expect/properties/golden/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema54.properties.golden.type,parentSchema:schema54.properties.golden,data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data2.shows !== undefined){
let data4 = data2.shows;
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
if(Object.keys(data4).length < 1){
const err7 = {instancePath:instancePath+"/expect/shows",schemaPath:"#/definitions/expect/properties/shows/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema54.properties.shows,data:data4};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
for(const key2 in data4){
let data5 = data4[key2];
if((typeof data5 !== "string") && (!(Array.isArray(data5)))){
const err8 = {instancePath:instancePath+"/expect/shows/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/expect/properties/shows/additionalProperties/type",keyword:"type",params:{type: schema54.properties.shows.additionalProperties.type},message:"must be string,array",schema:schema54.properties.shows.additionalProperties.type,parentSchema:schema54.properties.shows.additionalProperties,data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
const _errs16 = errors;
let valid4 = true;
const _errs17 = errors;
if(typeof data5 !== "string"){
const err9 = {};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
var _valid0 = _errs17 === errors;
errors = _errs16;
if(vErrors !== null){
if(_errs16){
vErrors.length = _errs16;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs19 = errors;
if(!(data5 === "all")){
const err10 = {instancePath:instancePath+"/expect/shows/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/expect/properties/shows/additionalProperties/then/enum",keyword:"enum",params:{allowedValues: schema54.properties.shows.additionalProperties.then.enum},message:"must be equal to one of the allowed values",schema:schema54.properties.shows.additionalProperties.then.enum,parentSchema:schema54.properties.shows.additionalProperties.then,data:data5};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
var _valid0 = _errs19 === errors;
valid4 = _valid0;
}
if(!valid4){
const err11 = {instancePath:instancePath+"/expect/shows/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/expect/properties/shows/additionalProperties/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema54.properties.shows.additionalProperties.if,parentSchema:schema54.properties.shows.additionalProperties,data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(Array.isArray(data5)){
if(data5.length < 1){
const err12 = {instancePath:instancePath+"/expect/shows/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/expect/properties/shows/additionalProperties/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema54.properties.shows.additionalProperties,data:data5};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
if(typeof data6 === "string"){
if(func3(data6) < 1){
const err13 = {instancePath:instancePath+"/expect/shows/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i0,schemaPath:"#/definitions/expect/properties/shows/additionalProperties/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema54.properties.shows.additionalProperties.items,data:data6};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/expect/shows/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i0,schemaPath:"#/definitions/expect/properties/shows/additionalProperties/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema54.properties.shows.additionalProperties.items.type,parentSchema:schema54.properties.shows.additionalProperties.items,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
}
}
else {
const err15 = {instancePath:instancePath+"/expect/shows",schemaPath:"#/definitions/expect/properties/shows/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema54.properties.shows.type,parentSchema:schema54.properties.shows,data:data4};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data2.contains !== undefined){
let data7 = data2.contains;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
if(Object.keys(data7).length < 1){
const err16 = {instancePath:instancePath+"/expect/contains",schemaPath:"#/definitions/expect/properties/contains/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema54.properties.contains,data:data7};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
for(const key3 in data7){
let data8 = data7[key3];
if(!data8 || typeof data8 != "object"){
const err17 = {instancePath:instancePath+"/expect/contains/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/expect/properties/contains/additionalProperties/type",keyword:"type",params:{type: schema54.properties.contains.additionalProperties.type},message:"must be object,array",schema:schema54.properties.contains.additionalProperties.type,parentSchema:schema54.properties.contains.additionalProperties,data:data8};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(Array.isArray(data8)){
if(data8.length < 1){
const err18 = {instancePath:instancePath+"/expect/contains/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/expect/properties/contains/additionalProperties/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema54.properties.contains.additionalProperties,data:data8};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
const len1 = data8.length;
for(let i1=0; i1<len1; i1++){
let data9 = data8[i1];
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(Object.keys(data9).length < 1){
const err19 = {instancePath:instancePath+"/expect/contains/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i1,schemaPath:"#/definitions/expect/properties/contains/additionalProperties/items/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema54.properties.contains.additionalProperties.items,data:data9};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
else {
const err20 = {instancePath:instancePath+"/expect/contains/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i1,schemaPath:"#/definitions/expect/properties/contains/additionalProperties/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema54.properties.contains.additionalProperties.items.type,parentSchema:schema54.properties.contains.additionalProperties.items,data:data9};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
if(Object.keys(data8).length < 1){
const err21 = {instancePath:instancePath+"/expect/contains/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/expect/properties/contains/additionalProperties/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema54.properties.contains.additionalProperties,data:data8};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
}
else {
const err22 = {instancePath:instancePath+"/expect/contains",schemaPath:"#/definitions/expect/properties/contains/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema54.properties.contains.type,parentSchema:schema54.properties.contains,data:data7};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data2.absent !== undefined){
let data10 = data2.absent;
if(Array.isArray(data10)){
if(data10.length < 1){
const err23 = {instancePath:instancePath+"/expect/absent",schemaPath:"#/definitions/expect/properties/absent/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema54.properties.absent,data:data10};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
const len2 = data10.length;
for(let i2=0; i2<len2; i2++){
let data11 = data10[i2];
if(typeof data11 === "string"){
if(func3(data11) < 1){
const err24 = {instancePath:instancePath+"/expect/absent/" + i2,schemaPath:"#/definitions/expect/properties/absent/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema54.properties.absent.items,data:data11};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
else {
const err25 = {instancePath:instancePath+"/expect/absent/" + i2,schemaPath:"#/definitions/expect/properties/absent/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema54.properties.absent.items.type,parentSchema:schema54.properties.absent.items,data:data11};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
else {
const err26 = {instancePath:instancePath+"/expect/absent",schemaPath:"#/definitions/expect/properties/absent/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema54.properties.absent.type,parentSchema:schema54.properties.absent,data:data10};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data2.fhirpath !== undefined){
let data12 = data2.fhirpath;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
if(Object.keys(data12).length < 1){
const err27 = {instancePath:instancePath+"/expect/fhirpath",schemaPath:"#/definitions/expect/properties/fhirpath/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema54.properties.fhirpath,data:data12};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
for(const key4 in data12){
let data13 = data12[key4];
if(Array.isArray(data13)){
if(data13.length < 1){
const err28 = {instancePath:instancePath+"/expect/fhirpath/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/expect/properties/fhirpath/additionalProperties/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema54.properties.fhirpath.additionalProperties,data:data13};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
const len3 = data13.length;
for(let i3=0; i3<len3; i3++){
let data14 = data13[i3];
if(typeof data14 === "string"){
if(func3(data14) < 1){
const err29 = {instancePath:instancePath+"/expect/fhirpath/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3,schemaPath:"#/definitions/expect/properties/fhirpath/additionalProperties/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema54.properties.fhirpath.additionalProperties.items,data:data14};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
else {
const err30 = {instancePath:instancePath+"/expect/fhirpath/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i3,schemaPath:"#/definitions/expect/properties/fhirpath/additionalProperties/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema54.properties.fhirpath.additionalProperties.items.type,parentSchema:schema54.properties.fhirpath.additionalProperties.items,data:data14};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
else {
const err31 = {instancePath:instancePath+"/expect/fhirpath/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/expect/properties/fhirpath/additionalProperties/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema54.properties.fhirpath.additionalProperties.type,parentSchema:schema54.properties.fhirpath.additionalProperties,data:data13};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
else {
const err32 = {instancePath:instancePath+"/expect/fhirpath",schemaPath:"#/definitions/expect/properties/fhirpath/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema54.properties.fhirpath.type,parentSchema:schema54.properties.fhirpath,data:data12};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data2.writes !== undefined){
let data15 = data2.writes;
if((typeof data15 !== "string") && (!(data15 && typeof data15 == "object" && !Array.isArray(data15)))){
const err33 = {instancePath:instancePath+"/expect/writes",schemaPath:"#/definitions/expect/properties/writes/type",keyword:"type",params:{type: schema54.properties.writes.type},message:"must be string,object",schema:schema54.properties.writes.type,parentSchema:schema54.properties.writes,data:data15};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
const _errs42 = errors;
let valid15 = true;
const _errs43 = errors;
if(typeof data15 !== "string"){
const err34 = {};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
var _valid1 = _errs43 === errors;
errors = _errs42;
if(vErrors !== null){
if(_errs42){
vErrors.length = _errs42;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs45 = errors;
if(!(data15 === "none")){
const err35 = {instancePath:instancePath+"/expect/writes",schemaPath:"#/definitions/expect/properties/writes/then/enum",keyword:"enum",params:{allowedValues: schema54.properties.writes.then.enum},message:"must be equal to one of the allowed values",schema:schema54.properties.writes.then.enum,parentSchema:schema54.properties.writes.then,data:data15};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
var _valid1 = _errs45 === errors;
valid15 = _valid1;
}
if(!valid15){
const err36 = {instancePath:instancePath+"/expect/writes",schemaPath:"#/definitions/expect/properties/writes/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema54.properties.writes.if,parentSchema:schema54.properties.writes,data:data15};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
if(Object.keys(data15).length < 1){
const err37 = {instancePath:instancePath+"/expect/writes",schemaPath:"#/definitions/expect/properties/writes/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema54.properties.writes,data:data15};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
for(const key5 in data15){
let data16 = data15[key5];
if((typeof data16 !== "string") && (!(Array.isArray(data16)))){
const err38 = {instancePath:instancePath+"/expect/writes/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/expect/properties/writes/additionalProperties/type",keyword:"type",params:{type: schema54.properties.writes.additionalProperties.type},message:"must be string,array",schema:schema54.properties.writes.additionalProperties.type,parentSchema:schema54.properties.writes.additionalProperties,data:data16};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
const _errs49 = errors;
let valid17 = true;
const _errs50 = errors;
if(typeof data16 !== "string"){
const err39 = {};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
var _valid2 = _errs50 === errors;
errors = _errs49;
if(vErrors !== null){
if(_errs49){
vErrors.length = _errs49;
}
else {
vErrors = null;
}
}
if(_valid2){
const _errs52 = errors;
if(!((((data16 === "create") || (data16 === "update")) || (data16 === "delete")) || (data16 === "none"))){
const err40 = {instancePath:instancePath+"/expect/writes/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/expect/properties/writes/additionalProperties/then/enum",keyword:"enum",params:{allowedValues: schema54.properties.writes.additionalProperties.then.enum},message:"must be equal to one of the allowed values",schema:schema54.properties.writes.additionalProperties.then.enum,parentSchema:schema54.properties.writes.additionalProperties.then,data:data16};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
var _valid2 = _errs52 === errors;
valid17 = _valid2;
}
if(!valid17){
const err41 = {instancePath:instancePath+"/expect/writes/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/expect/properties/writes/additionalProperties/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema54.properties.writes.additionalProperties.if,parentSchema:schema54.properties.writes.additionalProperties,data:data16};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(Array.isArray(data16)){
if(data16.length < 1){
const err42 = {instancePath:instancePath+"/expect/writes/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/expect/properties/writes/additionalProperties/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema54.properties.writes.additionalProperties,data:data16};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
const len4 = data16.length;
for(let i4=0; i4<len4; i4++){
let data17 = data16[i4];
if(typeof data17 !== "string"){
const err43 = {instancePath:instancePath+"/expect/writes/" + key5.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i4,schemaPath:"#/definitions/expect/properties/writes/additionalProperties/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema54.properties.writes.additionalProperties.items.type,parentSchema:schema54.properties.writes.additionalProperties.items,data:data17};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if(!(((data17 === "create") || (data17 === "update")) || (data17 === "delete"))){
const err44 = {instancePath:instancePath+"/expect/writes/" + key5.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i4,schemaPath:"#/definitions/expect/properties/writes/additionalProperties/items/enum",keyword:"enum",params:{allowedValues: schema54.properties.writes.additionalProperties.items.enum},message:"must be equal to one of the allowed values",schema:schema54.properties.writes.additionalProperties.items.enum,parentSchema:schema54.properties.writes.additionalProperties.items,data:data17};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
}
}
}
}
if(data2.rows !== undefined){
let data18 = data2.rows;
if(Array.isArray(data18)){
if(data18.length < 1){
const err45 = {instancePath:instancePath+"/expect/rows",schemaPath:"#/definitions/expect/properties/rows/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema54.properties.rows,data:data18};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
const len5 = data18.length;
for(let i5=0; i5<len5; i5++){
let data19 = data18[i5];
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
if(data19.code === undefined){
const err46 = {instancePath:instancePath+"/expect/rows/" + i5,schemaPath:"#/definitions/expect/properties/rows/items/required",keyword:"required",params:{missingProperty: "code"},message:"must have required property '"+"code"+"'",schema:schema54.properties.rows.items.required,parentSchema:schema54.properties.rows.items,data:data19};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
for(const key6 in data19){
if(!(((((key6 === "code") || (key6 === "rule")) || (key6 === "tag")) || (key6 === "kind")) || (key6 === "sequence"))){
const err47 = {instancePath:instancePath+"/expect/rows/" + i5,schemaPath:"#/definitions/expect/properties/rows/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema54.properties.rows.items,data:data19};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data19.code !== undefined){
let data20 = data19.code;
if(typeof data20 === "string"){
if(func3(data20) < 1){
const err48 = {instancePath:instancePath+"/expect/rows/" + i5+"/code",schemaPath:"#/definitions/expect/properties/rows/items/properties/code/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema54.properties.rows.items.properties.code,data:data20};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
else {
const err49 = {instancePath:instancePath+"/expect/rows/" + i5+"/code",schemaPath:"#/definitions/expect/properties/rows/items/properties/code/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema54.properties.rows.items.properties.code.type,parentSchema:schema54.properties.rows.items.properties.code,data:data20};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data19.rule !== undefined){
let data21 = data19.rule;
if(typeof data21 === "string"){
if(func3(data21) < 1){
const err50 = {instancePath:instancePath+"/expect/rows/" + i5+"/rule",schemaPath:"#/definitions/expect/properties/rows/items/properties/rule/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema54.properties.rows.items.properties.rule,data:data21};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
else {
const err51 = {instancePath:instancePath+"/expect/rows/" + i5+"/rule",schemaPath:"#/definitions/expect/properties/rows/items/properties/rule/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema54.properties.rows.items.properties.rule.type,parentSchema:schema54.properties.rows.items.properties.rule,data:data21};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data19.tag !== undefined){
let data22 = data19.tag;
if(typeof data22 === "string"){
if(func3(data22) < 1){
const err52 = {instancePath:instancePath+"/expect/rows/" + i5+"/tag",schemaPath:"#/definitions/expect/properties/rows/items/properties/tag/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema54.properties.rows.items.properties.tag,data:data22};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
else {
const err53 = {instancePath:instancePath+"/expect/rows/" + i5+"/tag",schemaPath:"#/definitions/expect/properties/rows/items/properties/tag/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema54.properties.rows.items.properties.tag.type,parentSchema:schema54.properties.rows.items.properties.tag,data:data22};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data19.kind !== undefined){
let data23 = data19.kind;
if(typeof data23 !== "string"){
const err54 = {instancePath:instancePath+"/expect/rows/" + i5+"/kind",schemaPath:"#/definitions/expect/properties/rows/items/properties/kind/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema54.properties.rows.items.properties.kind.type,parentSchema:schema54.properties.rows.items.properties.kind,data:data23};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if(!(((((data23 === "InvalidDicomTag") || (data23 === "DicomFailToStore")) || (data23 === "FhirFailToStore")) || (data23 === "TransientRetry")) || (data23 === "TransientFailure"))){
const err55 = {instancePath:instancePath+"/expect/rows/" + i5+"/kind",schemaPath:"#/definitions/expect/properties/rows/items/properties/kind/enum",keyword:"enum",params:{allowedValues: schema54.properties.rows.items.properties.kind.enum},message:"must be equal to one of the allowed values",schema:schema54.properties.rows.items.properties.kind.enum,parentSchema:schema54.properties.rows.items.properties.kind,data:data23};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
if(data19.sequence !== undefined){
let data24 = data19.sequence;
if(!(((typeof data24 == "number") && (!(data24 % 1) && !isNaN(data24))) && (isFinite(data24)))){
const err56 = {instancePath:instancePath+"/expect/rows/" + i5+"/sequence",schemaPath:"#/definitions/expect/properties/rows/items/properties/sequence/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema54.properties.rows.items.properties.sequence.type,parentSchema:schema54.properties.rows.items.properties.sequence,data:data24};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
}
else {
const err57 = {instancePath:instancePath+"/expect/rows/" + i5,schemaPath:"#/definitions/expect/properties/rows/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema54.properties.rows.items.type,parentSchema:schema54.properties.rows.items,data:data19};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
}
else {
const err58 = {instancePath:instancePath+"/expect/rows",schemaPath:"#/definitions/expect/properties/rows/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema54.properties.rows.type,parentSchema:schema54.properties.rows,data:data18};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data2.findings !== undefined){
let data25 = data2.findings;
if(Array.isArray(data25)){
if(data25.length < 1){
const err59 = {instancePath:instancePath+"/expect/findings",schemaPath:"#/definitions/expect/properties/findings/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema54.properties.findings,data:data25};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
const len6 = data25.length;
for(let i6=0; i6<len6; i6++){
let data26 = data25[i6];
if(data26 && typeof data26 == "object" && !Array.isArray(data26)){
if(data26.code === undefined){
const err60 = {instancePath:instancePath+"/expect/findings/" + i6,schemaPath:"#/definitions/expect/properties/findings/items/required",keyword:"required",params:{missingProperty: "code"},message:"must have required property '"+"code"+"'",schema:schema54.properties.findings.items.required,parentSchema:schema54.properties.findings.items,data:data26};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
for(const key7 in data26){
if(!(((key7 === "code") || (key7 === "rule")) || (key7 === "line"))){
const err61 = {instancePath:instancePath+"/expect/findings/" + i6,schemaPath:"#/definitions/expect/properties/findings/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties",schema:false,parentSchema:schema54.properties.findings.items,data:data26};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data26.code !== undefined){
let data27 = data26.code;
if(typeof data27 === "string"){
if(func3(data27) < 1){
const err62 = {instancePath:instancePath+"/expect/findings/" + i6+"/code",schemaPath:"#/definitions/expect/properties/findings/items/properties/code/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema54.properties.findings.items.properties.code,data:data27};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
else {
const err63 = {instancePath:instancePath+"/expect/findings/" + i6+"/code",schemaPath:"#/definitions/expect/properties/findings/items/properties/code/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema54.properties.findings.items.properties.code.type,parentSchema:schema54.properties.findings.items.properties.code,data:data27};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data26.rule !== undefined){
let data28 = data26.rule;
if(typeof data28 === "string"){
if(func3(data28) < 1){
const err64 = {instancePath:instancePath+"/expect/findings/" + i6+"/rule",schemaPath:"#/definitions/expect/properties/findings/items/properties/rule/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema54.properties.findings.items.properties.rule,data:data28};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
else {
const err65 = {instancePath:instancePath+"/expect/findings/" + i6+"/rule",schemaPath:"#/definitions/expect/properties/findings/items/properties/rule/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema54.properties.findings.items.properties.rule.type,parentSchema:schema54.properties.findings.items.properties.rule,data:data28};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data26.line !== undefined){
let data29 = data26.line;
if(!(((typeof data29 == "number") && (!(data29 % 1) && !isNaN(data29))) && (isFinite(data29)))){
const err66 = {instancePath:instancePath+"/expect/findings/" + i6+"/line",schemaPath:"#/definitions/expect/properties/findings/items/properties/line/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema54.properties.findings.items.properties.line.type,parentSchema:schema54.properties.findings.items.properties.line,data:data29};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if((typeof data29 == "number") && (isFinite(data29))){
if(data29 < 1 || isNaN(data29)){
const err67 = {instancePath:instancePath+"/expect/findings/" + i6+"/line",schemaPath:"#/definitions/expect/properties/findings/items/properties/line/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema54.properties.findings.items.properties.line,data:data29};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
}
}
else {
const err68 = {instancePath:instancePath+"/expect/findings/" + i6,schemaPath:"#/definitions/expect/properties/findings/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema54.properties.findings.items.type,parentSchema:schema54.properties.findings.items,data:data26};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
}
else {
const err69 = {instancePath:instancePath+"/expect/findings",schemaPath:"#/definitions/expect/properties/findings/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema54.properties.findings.type,parentSchema:schema54.properties.findings,data:data25};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
if(data2.warnings !== undefined){
let data30 = data2.warnings;
if((typeof data30 !== "string") && (!(Array.isArray(data30)))){
const err70 = {instancePath:instancePath+"/expect/warnings",schemaPath:"#/definitions/expect/properties/warnings/type",keyword:"type",params:{type: schema54.properties.warnings.type},message:"must be string,array",schema:schema54.properties.warnings.type,parentSchema:schema54.properties.warnings,data:data30};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
const _errs83 = errors;
let valid26 = true;
const _errs84 = errors;
if(typeof data30 !== "string"){
const err71 = {};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
var _valid3 = _errs84 === errors;
errors = _errs83;
if(vErrors !== null){
if(_errs83){
vErrors.length = _errs83;
}
else {
vErrors = null;
}
}
if(_valid3){
const _errs86 = errors;
if(!(data30 === "none")){
const err72 = {instancePath:instancePath+"/expect/warnings",schemaPath:"#/definitions/expect/properties/warnings/then/enum",keyword:"enum",params:{allowedValues: schema54.properties.warnings.then.enum},message:"must be equal to one of the allowed values",schema:schema54.properties.warnings.then.enum,parentSchema:schema54.properties.warnings.then,data:data30};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
var _valid3 = _errs86 === errors;
valid26 = _valid3;
}
if(!valid26){
const err73 = {instancePath:instancePath+"/expect/warnings",schemaPath:"#/definitions/expect/properties/warnings/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema54.properties.warnings.if,parentSchema:schema54.properties.warnings,data:data30};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
if(Array.isArray(data30)){
if(data30.length < 1){
const err74 = {instancePath:instancePath+"/expect/warnings",schemaPath:"#/definitions/expect/properties/warnings/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema54.properties.warnings,data:data30};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
const len7 = data30.length;
for(let i7=0; i7<len7; i7++){
let data31 = data30[i7];
if(typeof data31 === "string"){
if(func3(data31) < 1){
const err75 = {instancePath:instancePath+"/expect/warnings/" + i7,schemaPath:"#/definitions/expect/properties/warnings/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema54.properties.warnings.items,data:data31};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
else {
const err76 = {instancePath:instancePath+"/expect/warnings/" + i7,schemaPath:"#/definitions/expect/properties/warnings/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema54.properties.warnings.items.type,parentSchema:schema54.properties.warnings.items,data:data31};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
}
}
}
else {
const err77 = {instancePath:instancePath+"/expect",schemaPath:"#/definitions/expect/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema54.type,parentSchema:schema54,data:data2};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
}
else {
const err78 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema38.type,parentSchema:schema38,data};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
validate27.errors = vErrors;
return errors === 0;
}


function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="urn:dicomcast:schema:mapping-test" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.cases === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "cases"},message:"must have required property '"+"cases"+"'",schema:schema32.required,parentSchema:schema32,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "config") || (key0 === "mappings")) || (key0 === "defaults")) || (key0 === "cases"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema32,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.config !== undefined){
let data0 = data.config;
if(typeof data0 === "string"){
if(func3(data0) < 1){
const err2 = {instancePath:instancePath+"/config",schemaPath:"#/properties/config/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema32.properties.config,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/config",schemaPath:"#/properties/config/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.properties.config.type,parentSchema:schema32.properties.config,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.mappings !== undefined){
let data1 = data.mappings;
if(Array.isArray(data1)){
if(data1.length < 1){
const err4 = {instancePath:instancePath+"/mappings",schemaPath:"#/properties/mappings/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema32.properties.mappings,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 === "string"){
if(func3(data2) < 1){
const err5 = {instancePath:instancePath+"/mappings/" + i0,schemaPath:"#/properties/mappings/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema32.properties.mappings.items,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/mappings/" + i0,schemaPath:"#/properties/mappings/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.properties.mappings.items.type,parentSchema:schema32.properties.mappings.items,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
let i1 = data1.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data1[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err7 = {instancePath:instancePath+"/mappings",schemaPath:"#/properties/mappings/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)",schema:true,parentSchema:schema32.properties.mappings,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
break;
}
indices0[item0] = i1;
}
}
}
else {
const err8 = {instancePath:instancePath+"/mappings",schemaPath:"#/properties/mappings/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema32.properties.mappings.type,parentSchema:schema32.properties.mappings,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.defaults !== undefined){
let data3 = data.defaults;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
for(const key1 in data3){
if(!(((((key1 === "at") || (key1 === "settings")) || (key1 === "source")) || (key1 === "enforceValidationOfTagValues")) || (key1 === "instance"))){
const err9 = {instancePath:instancePath+"/defaults",schemaPath:"#/properties/defaults/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema32.properties.defaults,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data3.at !== undefined){
let data4 = data3.at;
if(typeof data4 === "string"){
if(!pattern15.test(data4)){
const err10 = {instancePath:instancePath+"/defaults/at",schemaPath:"#/definitions/at/pattern",keyword:"pattern",params:{pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2})$"},message:"must match pattern \""+"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2})$"+"\"",schema:"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2})$",parentSchema:schema33,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/defaults/at",schemaPath:"#/definitions/at/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.type,parentSchema:schema33,data:data4};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data3.settings !== undefined){
let data5 = data3.settings;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
for(const key2 in data5){
let data6 = data5[key2];
if(((typeof data6 !== "string") && (!((typeof data6 == "number") && (isFinite(data6))))) && (typeof data6 !== "boolean")){
const err12 = {instancePath:instancePath+"/defaults/settings/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/settings/additionalProperties/type",keyword:"type",params:{type: schema34.additionalProperties.type},message:"must be string,number,boolean",schema:schema34.additionalProperties.type,parentSchema:schema34.additionalProperties,data:data6};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath:instancePath+"/defaults/settings",schemaPath:"#/definitions/settings/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema34.type,parentSchema:schema34,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data3.source !== undefined){
let data7 = data3.source;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key3 in data7){
if(!(((key3 === "url") || (key3 === "partitions")) || (key3 === "id"))){
const err14 = {instancePath:instancePath+"/defaults/source",schemaPath:"#/definitions/source/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema35,data:data7};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data7.url !== undefined){
let data8 = data7.url;
if(typeof data8 === "string"){
if(!pattern16.test(data8)){
const err15 = {instancePath:instancePath+"/defaults/source/url",schemaPath:"#/definitions/source/properties/url/pattern",keyword:"pattern",params:{pattern: "^[hH][tT][tT][pP][sS]?://[^\\s/?#@]+[^\\s?#]*$"},message:"must match pattern \""+"^[hH][tT][tT][pP][sS]?://[^\\s/?#@]+[^\\s?#]*$"+"\"",schema:"^[hH][tT][tT][pP][sS]?://[^\\s/?#@]+[^\\s?#]*$",parentSchema:schema35.properties.url,data:data8};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/defaults/source/url",schemaPath:"#/definitions/source/properties/url/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.url.type,parentSchema:schema35.properties.url,data:data8};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data7.partitions !== undefined){
let data9 = data7.partitions;
if(typeof data9 !== "string"){
const err17 = {instancePath:instancePath+"/defaults/source/partitions",schemaPath:"#/definitions/source/properties/partitions/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.partitions.type,parentSchema:schema35.properties.partitions,data:data9};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(!((data9 === "together") || (data9 === "separate"))){
const err18 = {instancePath:instancePath+"/defaults/source/partitions",schemaPath:"#/definitions/source/properties/partitions/enum",keyword:"enum",params:{allowedValues: schema35.properties.partitions.enum},message:"must be equal to one of the allowed values",schema:schema35.properties.partitions.enum,parentSchema:schema35.properties.partitions,data:data9};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data7.id !== undefined){
let data10 = data7.id;
if(typeof data10 === "string"){
if(func3(data10) < 1){
const err19 = {instancePath:instancePath+"/defaults/source/id",schemaPath:"#/definitions/source/properties/id/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema35.properties.id,data:data10};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
else {
const err20 = {instancePath:instancePath+"/defaults/source/id",schemaPath:"#/definitions/source/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.id.type,parentSchema:schema35.properties.id,data:data10};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/defaults/source",schemaPath:"#/definitions/source/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema35.type,parentSchema:schema35,data:data7};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data3.enforceValidationOfTagValues !== undefined){
let data11 = data3.enforceValidationOfTagValues;
if(typeof data11 !== "boolean"){
const err22 = {instancePath:instancePath+"/defaults/enforceValidationOfTagValues",schemaPath:"#/definitions/enforceValidationOfTagValues/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema36.type,parentSchema:schema36,data:data11};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data3.instance !== undefined){
let data12 = data3.instance;
if(!(data12 && typeof data12 == "object" && !Array.isArray(data12))){
const err23 = {instancePath:instancePath+"/defaults/instance",schemaPath:"#/definitions/attributes/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema37.type,parentSchema:schema37,data:data12};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
else {
const err24 = {instancePath:instancePath+"/defaults",schemaPath:"#/properties/defaults/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.properties.defaults.type,parentSchema:schema32.properties.defaults,data:data3};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.cases !== undefined){
let data13 = data.cases;
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
if(Object.keys(data13).length < 1){
const err25 = {instancePath:instancePath+"/cases",schemaPath:"#/properties/cases/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema32.properties.cases,data:data13};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
for(const key4 in data13){
const _errs38 = errors;
if(typeof key4 === "string"){
if(!pattern17.test(key4)){
const err26 = {instancePath:instancePath+"/cases",schemaPath:"#/properties/cases/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9._-]*$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9._-]*$",parentSchema:schema32.properties.cases.propertyNames,data:key4,propertyName:key4};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
var valid12 = _errs38 === errors;
if(!valid12){
const err27 = {instancePath:instancePath+"/cases",schemaPath:"#/properties/cases/propertyNames",keyword:"propertyNames",params:{propertyName: key4},message:"property name must be valid",schema:schema32.properties.cases.propertyNames,parentSchema:schema32.properties.cases,data:data13};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
for(const key5 in data13){
if(!(validate27(data13[key5], {instancePath:instancePath+"/cases/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data13,parentDataProperty:key5,rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err28 = {instancePath:instancePath+"/cases",schemaPath:"#/properties/cases/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.properties.cases.type,parentSchema:schema32.properties.cases,data:data13};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.type,parentSchema:schema32,data};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
validate26.errors = vErrors;
return errors === 0;
}

const validate3 = validate33;
const schema55 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"urn:dicomcast:schema:mapping","title":"mapping","description":"How one FHIR resource type is made from DICOM datasets. The language is described in mappings/README.md.","type":"object","additionalProperties":false,"if":{"type":"object","required":["extends"]},"then":{"$ref":"#/definitions/overlay"},"else":{"if":{"type":"object"},"then":{"$ref":"#/definitions/complete"}},"properties":{"extends":{"title":"extends","description":"The mapping file that this one changes: a path that starts at the folder of this file, or dicomcast:patient.yaml for one that ships. Rules, lists and settings are then written with what differs.","type":"string","minLength":1,"examples":["dicomcast:patient.yaml","../mappings/patient.yaml"]},"resource":{"$ref":"#/definitions/resource"},"name":{"title":"name","description":"A name of its own for this mapping; needed for a second mapping of one resource type. Default: the resource type.","type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]*$","patternErrorMessage":"a name: a letter, then letters, digits, _ or -","examples":["DoseObservation"]},"description":{"$ref":"#/definitions/description"},"fhirVersion":{"title":"fhirVersion","description":"The FHIR version whose elements the targets are checked against. In quotes, since YAML reads 4.0 as a number.","type":"string","enum":["4.0"],"default":"4.0","examples":["4.0"]},"settings":{"title":"settings","description":"Options of this mapping by name. A site sets them under settings in dicomcast.config.yaml; rules read them as $settings.name (JSONata) or %settings.name (FHIRPath).","type":"object","propertyNames":{"$ref":"#/definitions/variableName"},"additionalProperties":{"$ref":"#/definitions/setting"},"default":{},"examples":[{"patientSystemId":{"type":"string","default":"","description":"Identifier system of PatientID."}}]},"let":{"title":"let","description":"Values that are computed once per dataset: a JSONata expression, a tag, or a table. Read as $name (JSONata) or %name (FHIRPath).","type":"object","propertyNames":{"$ref":"#/definitions/variableName"},"additionalProperties":{"title":"let","description":"A JSONata expression over the dataset; a tag; or a table alone, in which expressions look things up.","type":["string","object"],"minLength":1,"x-expression":"jsonata","x-hint":"Write a JSONata expression on the next line after `{key}: |`, a tag as `{ tag: PatientID }`, or a table as `{ table: codes.csv }`.","additionalProperties":false,"properties":{"tag":{"title":"tag","description":"A DICOM keyword, (gggg,eeee), or a path into sequences.","type":"string","minLength":1,"examples":["StudyInstanceUID","(0010,0020)"]},"codes":{"$ref":"#/definitions/rule/properties/codes"},"table":{"$ref":"#/definitions/rule/properties/table"},"default":{"title":"default","description":"What stands for a tag that has no value, and for a value that has no row in codes or table: a text, or one %name.","$ref":"#/definitions/operand","examples":["%settings.patientSystemId"]},"required":{"title":"required","description":"true: without a valid value the entry is not stored at all. For what an identity depends on.","type":"boolean","default":false}}},"default":{},"examples":[{"patientSystem":"$settings.isIssuerIdUsed ? IssuerOfPatientID : $settings.patientSystemId"}]},"identity":{"$ref":"#/definitions/identity"},"adopt":{"title":"adopt","description":"Rules by whose values a resource is taken over when its identity finds none: the only resource that has all of them gets the identifier.","type":"array","minItems":1,"uniqueItems":true,"items":{"title":"rule name","description":"The name of a rule of this file.","type":"string","minLength":1,"examples":["name"]},"examples":[["name","connectionType"]]},"create":{"title":"create","description":"false, or a %name that is false: the resource is searched for and referred to, never written.","type":["boolean","string"],"pattern":"^%[A-Za-z_]","patternErrorMessage":"true, false, or a name such as %settings.createPatients","default":true,"examples":[false,"%settings.createPatients"]},"when":{"title":"when","description":"JSONata over the dataset: the mapping applies only where this is true.","$ref":"#/definitions/jsonata"},"authority":{"title":"authority","description":"JSONata over the dataset: which instances speak for the resource. Another instance only fills what is empty, outside the lists.","type":"string","minLength":1,"x-expression":"jsonata","x-hint":"Put the expression on the next line after `{key}: |`.","examples":["$not(Modality in ['KO', 'PR', 'SR'])"]},"forEach":{"title":"forEach","description":"JSONata over the dataset, giving a list: the mapping makes a resource for each item. Its rules read the item as $item and its place, from 0, as $index (JSONata), or %item and %index.","type":"string","minLength":1,"x-expression":"jsonata","x-hint":"Put the expression on the next line after `{key}: |`.","examples":["ReferencedSeriesSequence","ContentSequence[ValueType = 'CONTAINER']"]},"instanceRule":{"title":"instanceRule","description":"With forEach: the name of the rule that writes an identifier made of SOPInstanceUID. By it everything that was made from one instance is found again, to be replaced or deleted together.","type":"string","minLength":1,"examples":["instance"]},"onDelete":{"title":"onDelete","description":"What a deleted instance does: removeItem takes its item out of the lists, delete deletes the resource. Without it, deleted instances leave the resource alone.","enum":["removeItem","delete"],"examples":["removeItem"]},"whenEmpty":{"title":"whenEmpty","description":"delete: the resource goes when removing items has emptied all its lists and owned holds. Without it, the emptied resource stays.","enum":["delete"],"examples":["delete"]},"owned":{"title":"owned","description":"FHIRPath over the resource: true where the engine may delete it.","type":"string","minLength":1,"x-expression":"fhirpath","x-hint":"Put the condition on the next line after `{key}: |`.","examples":["meta.source = %source.url"]},"rules":{"$ref":"#/definitions/rules"},"lists":{"$ref":"#/definitions/lists"},"assert":{"title":"assert","description":"Conditions that the finished resource must meet, by name.","type":"object","propertyNames":{"$ref":"#/definitions/ruleName"},"additionalProperties":{"$ref":"#/definitions/assertion"},"default":{},"examples":[{"has-identifier":{"fhirpath":"identifier.exists()","severity":"error"}}]}},"definitions":{"identity":{"title":"identity","description":"The name of the rule whose identifier finds this resource on the FHIR server.","type":"string","minLength":1,"examples":["identifier"]},"resource":{"title":"resource","description":"The FHIR resource type that this file makes.","type":"string","minLength":1,"examples":["Patient","ImagingStudy","Endpoint"]},"complete":{"title":"mapping","description":"A mapping that extends nothing: it says everything itself.","type":"object","required":["resource","identity","rules"],"properties":{"resource":{"$ref":"#/definitions/resource"},"identity":{"$ref":"#/definitions/identity"},"rules":{"$ref":"#/definitions/completeRules"},"lists":{"$ref":"#/definitions/completeLists"},"settings":{"title":"settings","description":"Options of this mapping by name.","type":"object","additionalProperties":{"$ref":"#/definitions/completeSetting"},"default":{}},"assert":{"title":"assert","description":"Conditions that the finished resource must meet, by name.","type":"object","additionalProperties":{"$ref":"#/definitions/completeAssertion"},"default":{}}},"dependencies":{"whenEmpty":["onDelete"],"forEach":["instanceRule"],"instanceRule":["forEach"]}},"completeRules":{"title":"rules","description":"One rule for each target, by a name of your choice. Findings, coverage and error rows call it by that name.","type":"object","additionalProperties":{"$ref":"#/definitions/completeRule"},"examples":[{"gender":{"to":"Patient.gender","tag":"PatientSex","codes":{"M":"male","F":"female","O":"other"}}}]},"completeRule":{"title":"rule","description":"A rule that says everything itself: where a value goes, and exactly one source.","type":"object","required":["to"],"oneOf":[{"required":["tag"]},{"required":["const"]},{"required":["value"]},{"required":["reference"]},{"required":["derive"]}],"dependencies":{"codes":["tag"],"table":["tag"],"prefix":["tag"],"system":["tag"],"zone":["tag"],"unit":["tag"],"as":["tag"],"default":["tag"],"logical":["reference"]},"properties":{"to":{"$ref":"#/definitions/rule/properties/to"},"tag":{"$ref":"#/definitions/rule/properties/tag"}}},"completeLists":{"title":"lists","description":"Lists of the resource whose items are found by a key, by a name of your choice.","type":"object","additionalProperties":{"$ref":"#/definitions/completeList"},"examples":[{"series":{"to":"ImagingStudy.series","key":{"uid":"SeriesInstanceUID"}}}]},"completeList":{"title":"list","description":"A list that says everything itself.","type":"object","required":["to","key"],"properties":{"to":{"$ref":"#/definitions/list/properties/to"},"key":{"$ref":"#/definitions/list/properties/key"},"rules":{"$ref":"#/definitions/completeRules"},"lists":{"$ref":"#/definitions/completeLists"}}},"completeSetting":{"title":"setting","description":"A setting with its type and its default.","type":"object","required":["type","default"],"properties":{"type":{"$ref":"#/definitions/setting/properties/type"},"default":{"$ref":"#/definitions/setting/properties/default"}}},"completeAssertion":{"title":"assertion","description":"An assertion with its condition.","type":"object","required":["fhirpath"],"properties":{"fhirpath":{"$ref":"#/definitions/assertion/properties/fhirpath"}}},"overlay":{"title":"mapping","description":"A mapping that extends another: what it leaves out is inherited.","type":"object","properties":{"rules":{"$ref":"#/definitions/overlayRules"},"lists":{"$ref":"#/definitions/overlayLists"}}},"overlayRules":{"title":"rules","description":"Changes to rules that are there, by their names, and new rules.","type":"object","additionalProperties":{"$ref":"#/definitions/overlayRule"},"examples":[{"birthDate":{"disabled":true,"reason":"The master patient index has it."}}]},"overlayRule":{"title":"rule","description":"What differs from the inherited rule; at most one source.","type":"object","oneOf":[{"required":["tag"]},{"required":["const"]},{"required":["value"]},{"required":["reference"]},{"required":["derive"]},{"not":{"anyOf":[{"required":["tag"]},{"required":["const"]},{"required":["value"]},{"required":["reference"]},{"required":["derive"]}]}}]},"overlayLists":{"title":"lists","description":"Changes to lists that are there, by their names, and new lists.","type":"object","additionalProperties":{"title":"list","description":"What differs from the inherited list.","type":"object","properties":{"rules":{"$ref":"#/definitions/overlayRules"},"lists":{"$ref":"#/definitions/overlayLists"}}},"examples":[{"series":{"rules":{"number":{"required":true}}}}]},"description":{"title":"description","description":"What a reader should know; shown by `dicomcast docs`.","type":"string","examples":["The person who was imaged."]},"variableName":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*$","patternErrorMessage":"a letter, then letters, digits or _"},"ruleName":{"type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]*$","patternErrorMessage":"a letter, then letters, digits, _ or -"},"operand":{"type":"string","minLength":1},"jsonata":{"type":"string","minLength":1,"x-expression":"jsonata","x-hint":"Put the expression on the next line after `{key}: |`.","examples":["Modality = 'CT'","$exists(PatientID)"]},"constant":{"type":["string","number","boolean","array","object"],"items":{"$ref":"#/definitions/constant"},"additionalProperties":{"$ref":"#/definitions/constant"}},"setting":{"title":"setting","description":"An option of the mapping, with its type and its default.","type":"object","additionalProperties":false,"properties":{"type":{"title":"type","description":"What a site may write for this setting.","enum":["string","boolean","integer"],"examples":["string"]},"default":{"title":"default","description":"The value where the site says nothing; of the setting's type.","type":["string","boolean","integer"],"examples":["",false,30]},"description":{"$ref":"#/definitions/description"}},"allOf":[{"if":{"type":"object","required":["type"],"properties":{"type":{"const":"string"}}},"then":{"type":"object","properties":{"default":{"type":"string"}}}},{"if":{"type":"object","required":["type"],"properties":{"type":{"const":"boolean"}}},"then":{"type":"object","properties":{"default":{"type":"boolean"}}}},{"if":{"type":"object","required":["type"],"properties":{"type":{"const":"integer"}}},"then":{"type":"object","properties":{"default":{"type":"integer"}}}}]},"rules":{"title":"rules","description":"One rule for each target, by a name of your choice. Findings, coverage and error rows call it by that name.","type":"object","propertyNames":{"$ref":"#/definitions/ruleName"},"additionalProperties":{"$ref":"#/definitions/rule"},"examples":[{"gender":{"to":"Patient.gender","tag":"PatientSex","codes":{"M":"male","F":"female","O":"other"}}}]},"rule":{"title":"rule","description":"Where a value goes (to) and where it comes from: exactly one of tag, const, value, reference, derive. With extends above: what differs from the inherited rule.","type":"object","additionalProperties":false,"dependencies":{"reason":["disabled"]},"if":{"type":"object","required":["disabled"],"properties":{"disabled":{"const":true}}},"then":{"title":"rule","type":"object","required":["reason"],"properties":{"reason":{"$ref":"#/definitions/rule/properties/reason"}}},"properties":{"to":{"title":"to","description":"Where the value goes: FHIRPath with element steps and where(…) for items of a list. Inside a list it starts at the item.","type":"string","minLength":1,"x-expression":"fhirpath","examples":["Patient.gender","Patient.name.where(use = 'usual')","Patient.identifier.where(system = %patientSystem).value"]},"tag":{"title":"tag","description":"The DICOM attribute: a keyword, (gggg,eeee), a private tag (gggg,eeee, \"CREATOR\"), a path into sequences, or a list of tags that make one value.","type":["string","array"],"minLength":1,"minItems":1,"items":{"title":"tag","description":"A DICOM keyword, (gggg,eeee), or a path into sequences.","type":"string","minLength":1,"examples":["StudyDate"]},"examples":["PatientID","(0010,0020)","ProcedureCodeSequence.CodeMeaning",["StudyDate","StudyTime","TimezoneOffsetFromUTC"]]},"const":{"title":"const","description":"A constant of any shape: text, number, true or false, a list, a map.","$ref":"#/definitions/constant","examples":["available",true,{"system":"http://loinc.org","code":"18748-4"}]},"value":{"title":"value","description":"JSONata over the dataset by keyword; gives FHIR JSON of the target's type. As a block: the expression on the next line after `value: |`.","type":"string","minLength":1,"x-expression":"jsonata","x-hint":"Put the expression on the next line after `{key}: |`.","examples":["$join([StudyDescription, SeriesDescription], ', ')"]},"reference":{"title":"reference","description":"A reference to the resource that another mapping makes or finds: its name.","type":"string","minLength":1,"examples":["Patient"]},"derive":{"title":"derive","description":"FHIRPath over the finished resource or list item, computed after everything else.","type":"string","minLength":1,"x-expression":"fhirpath","x-hint":"Put the expression on the next line after `{key}: |`.","examples":["series.count()","series.instance.count()"]},"as":{"title":"as","description":"How several values of a tag become one: the first, or all joined. Without it, several values for a single target are invalid.","enum":["first","join"],"examples":["first"]},"codes":{"title":"codes","description":"DICOM value to FHIR code. A value without a row is invalid unless default is given.","type":"object","minProperties":1,"additionalProperties":{"title":"code","description":"The FHIR code for this DICOM value; \"\" where it stands for nothing.","type":"string","examples":["male"]},"examples":[{"M":"male","F":"female","O":"other"}]},"table":{"title":"table","description":"A file of rows as codes has them, CSV or YAML, in place of codes. Its path starts at the folder of this file.","type":"string","pattern":"\\.(csv|ya?ml)$","patternErrorMessage":"the path of a .csv, .yaml or .yml file","examples":["body-sites.csv"]},"default":{"title":"default","description":"The code for a value that has no row in codes or table: text, or one %name.","$ref":"#/definitions/operand","examples":["unknown"]},"prefix":{"title":"prefix","description":"Put before the text of the tag: text, or one %name.","$ref":"#/definitions/operand","examples":["urn:oid:"]},"system":{"title":"system","description":"The code system of a Coding or the system of an identifier: an address, or one %name.","$ref":"#/definitions/operand","examples":["http://dicom.nema.org/resources/ontology/DCM","%patientSystem"]},"unit":{"title":"unit","description":"UCUM code of the number in the tag; makes a Quantity.","type":"string","minLength":1,"examples":["mm","mGy.cm"]},"zone":{"title":"zone","description":"What a date and time mean whose offset tag is absent: a time zone such as Europe/Berlin, an offset +hh:mm, one %name, or none for the date alone.","$ref":"#/definitions/operand","examples":["Europe/Berlin","+01:00","none","%settings.zone"]},"logical":{"title":"logical","description":"With reference: always write the target's type and identifier, and the literal reference when it is known.","type":"boolean","default":false},"when":{"title":"when","description":"JSONata over the dataset: the rule applies only where this is true.","$ref":"#/definitions/jsonata"},"required":{"title":"required","description":"A missing or invalid value fails the whole entry, for all mappings.","type":"boolean","default":false},"merge":{"title":"merge","description":"append adds an item unless it is there; replace owns the whole list; fill writes only where nothing is. Without it, the value (of the matching item) is replaced.","enum":["append","replace","fill"],"examples":["append"]},"on":{"title":"on","description":"create: only in the step in which the entry makes the resource or item.","enum":["any","create"],"default":"any"},"onAbsent":{"title":"onAbsent","description":"What happens to the target when all tags of the rule are absent. Default: clear inside what belongs to one instance, keep elsewhere.","enum":["keep","clear"],"examples":["clear"]},"authority":{"title":"authority","description":"any: every instance may write this, whatever the authority of the mapping says.","enum":["any","mapping"],"default":"mapping"},"disabled":{"title":"disabled","description":"true: the rule is switched off; reason says why.","type":"boolean","default":false},"reason":{"title":"reason","description":"Why the rule is switched off; shown by `dicomcast docs`.","type":"string","minLength":1,"examples":["The dates of our old modality cannot be trusted."]},"base":{"title":"base","description":"Fingerprint of the rule that this one changes; `dicomcast check --fix` writes it. When that rule changes, `check` tells.","type":"string","pattern":"^[0-9a-f]{8,12}$","patternErrorMessage":"a fingerprint of 8 to 12 hex digits, as `dicomcast check --fix` writes it","examples":["c04f2ab1907e"]},"description":{"$ref":"#/definitions/description"}}},"lists":{"title":"lists","description":"Lists of the resource whose items are found by a key, by a name of your choice.","type":"object","propertyNames":{"$ref":"#/definitions/ruleName"},"additionalProperties":{"$ref":"#/definitions/list"},"default":{},"examples":[{"series":{"to":"ImagingStudy.series","key":{"uid":"SeriesInstanceUID"}}}]},"list":{"title":"list","description":"A list, the key that makes two of its items the same, and the rules for an item.","type":"object","additionalProperties":false,"properties":{"to":{"title":"to","description":"The list: FHIRPath with element steps. Inside another list it starts at that item.","type":"string","minLength":1,"x-expression":"fhirpath","examples":["ImagingStudy.series","instance"]},"key":{"title":"key","description":"One element and the tag it comes from: what makes two items the same. Written and required.","type":"object","minProperties":1,"maxProperties":1,"additionalProperties":{"title":"tag","description":"The DICOM keyword of the key.","type":"string","minLength":1,"examples":["SeriesInstanceUID"]},"examples":[{"uid":"SeriesInstanceUID"}]},"rules":{"$ref":"#/definitions/rules"},"lists":{"$ref":"#/definitions/lists"},"description":{"$ref":"#/definitions/description"}}},"assertion":{"title":"assertion","description":"A condition that the finished resource must meet.","type":"object","additionalProperties":false,"properties":{"fhirpath":{"title":"fhirpath","description":"FHIRPath over the resource; must be true.","type":"string","minLength":1,"x-expression":"fhirpath","x-hint":"Put the condition on the next line after `{key}: |`.","examples":["identifier.exists()"]},"severity":{"title":"severity","description":"error: the entry fails and gets a row; warning: a log line.","enum":["error","warning"],"default":"error"},"description":{"$ref":"#/definitions/description"}}}}};
const schema61 = {"title":"resource","description":"The FHIR resource type that this file makes.","type":"string","minLength":1,"examples":["Patient","ImagingStudy","Endpoint"]};
const schema77 = {"title":"description","description":"What a reader should know; shown by `dicomcast docs`.","type":"string","examples":["The person who was imaged."]};
const schema78 = {"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*$","patternErrorMessage":"a letter, then letters, digits or _"};
const schema82 = {"title":"codes","description":"DICOM value to FHIR code. A value without a row is invalid unless default is given.","type":"object","minProperties":1,"additionalProperties":{"title":"code","description":"The FHIR code for this DICOM value; \"\" where it stands for nothing.","type":"string","examples":["male"]},"examples":[{"M":"male","F":"female","O":"other"}]};
const schema83 = {"title":"table","description":"A file of rows as codes has them, CSV or YAML, in place of codes. Its path starts at the folder of this file.","type":"string","pattern":"\\.(csv|ya?ml)$","patternErrorMessage":"the path of a .csv, .yaml or .yml file","examples":["body-sites.csv"]};
const schema84 = {"type":"string","minLength":1};
const schema62 = {"title":"identity","description":"The name of the rule whose identifier finds this resource on the FHIR server.","type":"string","minLength":1,"examples":["identifier"]};
const schema86 = {"type":"string","minLength":1,"x-expression":"jsonata","x-hint":"Put the expression on the next line after `{key}: |`.","examples":["Modality = 'CT'","$exists(PatientID)"]};
const schema88 = {"type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]*$","patternErrorMessage":"a letter, then letters, digits, _ or -"};
const schema56 = {"title":"mapping","description":"A mapping that extends another: what it leaves out is inherited.","type":"object","properties":{"rules":{"$ref":"#/definitions/overlayRules"},"lists":{"$ref":"#/definitions/overlayLists"}}};
const schema57 = {"title":"rules","description":"Changes to rules that are there, by their names, and new rules.","type":"object","additionalProperties":{"$ref":"#/definitions/overlayRule"},"examples":[{"birthDate":{"disabled":true,"reason":"The master patient index has it."}}]};
const schema58 = {"title":"rule","description":"What differs from the inherited rule; at most one source.","type":"object","oneOf":[{"required":["tag"]},{"required":["const"]},{"required":["value"]},{"required":["reference"]},{"required":["derive"]},{"not":{"anyOf":[{"required":["tag"]},{"required":["const"]},{"required":["value"]},{"required":["reference"]},{"required":["derive"]}]}}]};

function validate35(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
let data0 = data[key0];
if(!(data0 && typeof data0 == "object" && !Array.isArray(data0))){
const err0 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/overlayRule/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema58.type,parentSchema:schema58,data:data0};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
const _errs5 = errors;
let valid2 = false;
let passing0 = null;
const _errs6 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.tag === undefined){
const err1 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/overlayRule/oneOf/0/required",keyword:"required",params:{missingProperty: "tag"},message:"must have required property '"+"tag"+"'",schema:schema58.oneOf[0].required,parentSchema:schema58.oneOf[0],data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs6 === errors;
if(_valid0){
valid2 = true;
passing0 = 0;
}
const _errs7 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.const === undefined){
const err2 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/overlayRule/oneOf/1/required",keyword:"required",params:{missingProperty: "const"},message:"must have required property '"+"const"+"'",schema:schema58.oneOf[1].required,parentSchema:schema58.oneOf[1],data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var _valid0 = _errs7 === errors;
if(_valid0 && valid2){
valid2 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid2 = true;
passing0 = 1;
}
const _errs8 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.value === undefined){
const err3 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/overlayRule/oneOf/2/required",keyword:"required",params:{missingProperty: "value"},message:"must have required property '"+"value"+"'",schema:schema58.oneOf[2].required,parentSchema:schema58.oneOf[2],data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
var _valid0 = _errs8 === errors;
if(_valid0 && valid2){
valid2 = false;
passing0 = [passing0, 2];
}
else {
if(_valid0){
valid2 = true;
passing0 = 2;
}
const _errs9 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.reference === undefined){
const err4 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/overlayRule/oneOf/3/required",keyword:"required",params:{missingProperty: "reference"},message:"must have required property '"+"reference"+"'",schema:schema58.oneOf[3].required,parentSchema:schema58.oneOf[3],data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var _valid0 = _errs9 === errors;
if(_valid0 && valid2){
valid2 = false;
passing0 = [passing0, 3];
}
else {
if(_valid0){
valid2 = true;
passing0 = 3;
}
const _errs10 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.derive === undefined){
const err5 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/overlayRule/oneOf/4/required",keyword:"required",params:{missingProperty: "derive"},message:"must have required property '"+"derive"+"'",schema:schema58.oneOf[4].required,parentSchema:schema58.oneOf[4],data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
var _valid0 = _errs10 === errors;
if(_valid0 && valid2){
valid2 = false;
passing0 = [passing0, 4];
}
else {
if(_valid0){
valid2 = true;
passing0 = 4;
}
const _errs11 = errors;
const _errs12 = errors;
const _errs13 = errors;
const _errs14 = errors;
let valid4 = false;
const _errs15 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.tag === undefined) && (missing0 = "tag")){
const err6 = {};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
var _valid1 = _errs15 === errors;
valid4 = valid4 || _valid1;
if(!valid4){
const _errs16 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing1;
if((data0.const === undefined) && (missing1 = "const")){
const err7 = {};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
var _valid1 = _errs16 === errors;
valid4 = valid4 || _valid1;
if(!valid4){
const _errs17 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing2;
if((data0.value === undefined) && (missing2 = "value")){
const err8 = {};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
var _valid1 = _errs17 === errors;
valid4 = valid4 || _valid1;
if(!valid4){
const _errs18 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing3;
if((data0.reference === undefined) && (missing3 = "reference")){
const err9 = {};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
var _valid1 = _errs18 === errors;
valid4 = valid4 || _valid1;
if(!valid4){
const _errs19 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing4;
if((data0.derive === undefined) && (missing4 = "derive")){
const err10 = {};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
var _valid1 = _errs19 === errors;
valid4 = valid4 || _valid1;
}
}
}
}
if(!valid4){
const err11 = {};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
else {
errors = _errs14;
if(vErrors !== null){
if(_errs14){
vErrors.length = _errs14;
}
else {
vErrors = null;
}
}
}
var valid3 = _errs13 === errors;
if(valid3){
const err12 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/overlayRule/oneOf/5/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema58.oneOf[5].not,parentSchema:schema58.oneOf[5],data:data0};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
else {
errors = _errs12;
if(vErrors !== null){
if(_errs12){
vErrors.length = _errs12;
}
else {
vErrors = null;
}
}
}
var _valid0 = _errs11 === errors;
if(_valid0 && valid2){
valid2 = false;
passing0 = [passing0, 5];
}
else {
if(_valid0){
valid2 = true;
passing0 = 5;
}
}
}
}
}
}
if(!valid2){
const err13 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/overlayRule/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema58.oneOf,parentSchema:schema58,data:data0};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
else {
errors = _errs5;
if(vErrors !== null){
if(_errs5){
vErrors.length = _errs5;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err14 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema57.type,parentSchema:schema57,data};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
validate35.errors = vErrors;
return errors === 0;
}

const schema59 = {"title":"lists","description":"Changes to lists that are there, by their names, and new lists.","type":"object","additionalProperties":{"title":"list","description":"What differs from the inherited list.","type":"object","properties":{"rules":{"$ref":"#/definitions/overlayRules"},"lists":{"$ref":"#/definitions/overlayLists"}}},"examples":[{"series":{"rules":{"number":{"required":true}}}}]};
const wrapper1 = {validate: validate37};

function validate37(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
let data0 = data[key0];
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.rules !== undefined){
if(!(validate35(data0.rules, {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/rules",parentData:data0,parentDataProperty:"rules",rootData}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
}
if(data0.lists !== undefined){
if(!(wrapper1.validate(data0.lists, {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/lists",parentData:data0,parentDataProperty:"lists",rootData}))){
vErrors = vErrors === null ? wrapper1.validate.errors : vErrors.concat(wrapper1.validate.errors);
errors = vErrors.length;
}
}
}
else {
const err0 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema59.additionalProperties.type,parentSchema:schema59.additionalProperties,data:data0};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema59.type,parentSchema:schema59,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate37.errors = vErrors;
return errors === 0;
}


function validate34(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.rules !== undefined){
if(!(validate35(data.rules, {instancePath:instancePath+"/rules",parentData:data,parentDataProperty:"rules",rootData}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
}
if(data.lists !== undefined){
if(!(validate37(data.lists, {instancePath:instancePath+"/lists",parentData:data,parentDataProperty:"lists",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
}
else {
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema56.type,parentSchema:schema56,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate34.errors = vErrors;
return errors === 0;
}

const schema60 = {"title":"mapping","description":"A mapping that extends nothing: it says everything itself.","type":"object","required":["resource","identity","rules"],"properties":{"resource":{"$ref":"#/definitions/resource"},"identity":{"$ref":"#/definitions/identity"},"rules":{"$ref":"#/definitions/completeRules"},"lists":{"$ref":"#/definitions/completeLists"},"settings":{"title":"settings","description":"Options of this mapping by name.","type":"object","additionalProperties":{"$ref":"#/definitions/completeSetting"},"default":{}},"assert":{"title":"assert","description":"Conditions that the finished resource must meet, by name.","type":"object","additionalProperties":{"$ref":"#/definitions/completeAssertion"},"default":{}}},"dependencies":{"whenEmpty":["onDelete"],"forEach":["instanceRule"],"instanceRule":["forEach"]}};
const schema63 = {"title":"rules","description":"One rule for each target, by a name of your choice. Findings, coverage and error rows call it by that name.","type":"object","additionalProperties":{"$ref":"#/definitions/completeRule"},"examples":[{"gender":{"to":"Patient.gender","tag":"PatientSex","codes":{"M":"male","F":"female","O":"other"}}}]};
const schema64 = {"title":"rule","description":"A rule that says everything itself: where a value goes, and exactly one source.","type":"object","required":["to"],"oneOf":[{"required":["tag"]},{"required":["const"]},{"required":["value"]},{"required":["reference"]},{"required":["derive"]}],"dependencies":{"codes":["tag"],"table":["tag"],"prefix":["tag"],"system":["tag"],"zone":["tag"],"unit":["tag"],"as":["tag"],"default":["tag"],"logical":["reference"]},"properties":{"to":{"$ref":"#/definitions/rule/properties/to"},"tag":{"$ref":"#/definitions/rule/properties/tag"}}};
const schema65 = {"title":"to","description":"Where the value goes: FHIRPath with element steps and where(…) for items of a list. Inside a list it starts at the item.","type":"string","minLength":1,"x-expression":"fhirpath","examples":["Patient.gender","Patient.name.where(use = 'usual')","Patient.identifier.where(system = %patientSystem).value"]};
const schema66 = {"title":"tag","description":"The DICOM attribute: a keyword, (gggg,eeee), a private tag (gggg,eeee, \"CREATOR\"), a path into sequences, or a list of tags that make one value.","type":["string","array"],"minLength":1,"minItems":1,"items":{"title":"tag","description":"A DICOM keyword, (gggg,eeee), or a path into sequences.","type":"string","minLength":1,"examples":["StudyDate"]},"examples":["PatientID","(0010,0020)","ProcedureCodeSequence.CodeMeaning",["StudyDate","StudyTime","TimezoneOffsetFromUTC"]]};

function validate43(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs1 = errors;
let valid0 = false;
let passing0 = null;
const _errs2 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.tag === undefined){
const err0 = {instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: "tag"},message:"must have required property '"+"tag"+"'",schema:schema64.oneOf[0].required,parentSchema:schema64.oneOf[0],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var _valid0 = _errs2 === errors;
if(_valid0){
valid0 = true;
passing0 = 0;
}
const _errs3 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.const === undefined){
const err1 = {instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: "const"},message:"must have required property '"+"const"+"'",schema:schema64.oneOf[1].required,parentSchema:schema64.oneOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs3 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid0 = true;
passing0 = 1;
}
const _errs4 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.value === undefined){
const err2 = {instancePath,schemaPath:"#/oneOf/2/required",keyword:"required",params:{missingProperty: "value"},message:"must have required property '"+"value"+"'",schema:schema64.oneOf[2].required,parentSchema:schema64.oneOf[2],data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var _valid0 = _errs4 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 2];
}
else {
if(_valid0){
valid0 = true;
passing0 = 2;
}
const _errs5 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.reference === undefined){
const err3 = {instancePath,schemaPath:"#/oneOf/3/required",keyword:"required",params:{missingProperty: "reference"},message:"must have required property '"+"reference"+"'",schema:schema64.oneOf[3].required,parentSchema:schema64.oneOf[3],data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
var _valid0 = _errs5 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 3];
}
else {
if(_valid0){
valid0 = true;
passing0 = 3;
}
const _errs6 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.derive === undefined){
const err4 = {instancePath,schemaPath:"#/oneOf/4/required",keyword:"required",params:{missingProperty: "derive"},message:"must have required property '"+"derive"+"'",schema:schema64.oneOf[4].required,parentSchema:schema64.oneOf[4],data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var _valid0 = _errs6 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 4];
}
else {
if(_valid0){
valid0 = true;
passing0 = 4;
}
}
}
}
}
if(!valid0){
const err5 = {instancePath,schemaPath:"#/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema64.oneOf,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
else {
errors = _errs1;
if(vErrors !== null){
if(_errs1){
vErrors.length = _errs1;
}
else {
vErrors = null;
}
}
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.to === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "to"},message:"must have required property '"+"to"+"'",schema:schema64.required,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.codes !== undefined){
if(data.tag === undefined){
const err7 = {instancePath,schemaPath:"#/dependencies",keyword:"dependencies",params:{property: "codes",
    missingProperty: "tag",
    depsCount: 1,
    deps: "tag"},message:"must have property tag when property codes is present",schema:schema64.dependencies,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.table !== undefined){
if(data.tag === undefined){
const err8 = {instancePath,schemaPath:"#/dependencies",keyword:"dependencies",params:{property: "table",
    missingProperty: "tag",
    depsCount: 1,
    deps: "tag"},message:"must have property tag when property table is present",schema:schema64.dependencies,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.prefix !== undefined){
if(data.tag === undefined){
const err9 = {instancePath,schemaPath:"#/dependencies",keyword:"dependencies",params:{property: "prefix",
    missingProperty: "tag",
    depsCount: 1,
    deps: "tag"},message:"must have property tag when property prefix is present",schema:schema64.dependencies,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.system !== undefined){
if(data.tag === undefined){
const err10 = {instancePath,schemaPath:"#/dependencies",keyword:"dependencies",params:{property: "system",
    missingProperty: "tag",
    depsCount: 1,
    deps: "tag"},message:"must have property tag when property system is present",schema:schema64.dependencies,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.zone !== undefined){
if(data.tag === undefined){
const err11 = {instancePath,schemaPath:"#/dependencies",keyword:"dependencies",params:{property: "zone",
    missingProperty: "tag",
    depsCount: 1,
    deps: "tag"},message:"must have property tag when property zone is present",schema:schema64.dependencies,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.unit !== undefined){
if(data.tag === undefined){
const err12 = {instancePath,schemaPath:"#/dependencies",keyword:"dependencies",params:{property: "unit",
    missingProperty: "tag",
    depsCount: 1,
    deps: "tag"},message:"must have property tag when property unit is present",schema:schema64.dependencies,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.as !== undefined){
if(data.tag === undefined){
const err13 = {instancePath,schemaPath:"#/dependencies",keyword:"dependencies",params:{property: "as",
    missingProperty: "tag",
    depsCount: 1,
    deps: "tag"},message:"must have property tag when property as is present",schema:schema64.dependencies,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.default !== undefined){
if(data.tag === undefined){
const err14 = {instancePath,schemaPath:"#/dependencies",keyword:"dependencies",params:{property: "default",
    missingProperty: "tag",
    depsCount: 1,
    deps: "tag"},message:"must have property tag when property default is present",schema:schema64.dependencies,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.logical !== undefined){
if(data.reference === undefined){
const err15 = {instancePath,schemaPath:"#/dependencies",keyword:"dependencies",params:{property: "logical",
    missingProperty: "reference",
    depsCount: 1,
    deps: "reference"},message:"must have property reference when property logical is present",schema:schema64.dependencies,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.to !== undefined){
let data0 = data.to;
if(typeof data0 === "string"){
if(func3(data0) < 1){
const err16 = {instancePath:instancePath+"/to",schemaPath:"#/definitions/rule/properties/to/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema65,data:data0};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/to",schemaPath:"#/definitions/rule/properties/to/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema65.type,parentSchema:schema65,data:data0};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.tag !== undefined){
let data1 = data.tag;
if((typeof data1 !== "string") && (!(Array.isArray(data1)))){
const err18 = {instancePath:instancePath+"/tag",schemaPath:"#/definitions/rule/properties/tag/type",keyword:"type",params:{type: schema66.type},message:"must be string,array",schema:schema66.type,parentSchema:schema66,data:data1};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(typeof data1 === "string"){
if(func3(data1) < 1){
const err19 = {instancePath:instancePath+"/tag",schemaPath:"#/definitions/rule/properties/tag/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema66,data:data1};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(Array.isArray(data1)){
if(data1.length < 1){
const err20 = {instancePath:instancePath+"/tag",schemaPath:"#/definitions/rule/properties/tag/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema66,data:data1};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 === "string"){
if(func3(data2) < 1){
const err21 = {instancePath:instancePath+"/tag/" + i0,schemaPath:"#/definitions/rule/properties/tag/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema66.items,data:data2};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
else {
const err22 = {instancePath:instancePath+"/tag/" + i0,schemaPath:"#/definitions/rule/properties/tag/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema66.items.type,parentSchema:schema66.items,data:data2};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
}
}
else {
const err23 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema64.type,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
validate43.errors = vErrors;
return errors === 0;
}


function validate42(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(validate43(data[key0], {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data,parentDataProperty:key0,rootData}))){
vErrors = vErrors === null ? validate43.errors : vErrors.concat(validate43.errors);
errors = vErrors.length;
}
}
}
else {
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema63.type,parentSchema:schema63,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate42.errors = vErrors;
return errors === 0;
}

const schema67 = {"title":"lists","description":"Lists of the resource whose items are found by a key, by a name of your choice.","type":"object","additionalProperties":{"$ref":"#/definitions/completeList"},"examples":[{"series":{"to":"ImagingStudy.series","key":{"uid":"SeriesInstanceUID"}}}]};
const schema68 = {"title":"list","description":"A list that says everything itself.","type":"object","required":["to","key"],"properties":{"to":{"$ref":"#/definitions/list/properties/to"},"key":{"$ref":"#/definitions/list/properties/key"},"rules":{"$ref":"#/definitions/completeRules"},"lists":{"$ref":"#/definitions/completeLists"}}};
const schema69 = {"title":"to","description":"The list: FHIRPath with element steps. Inside another list it starts at that item.","type":"string","minLength":1,"x-expression":"fhirpath","examples":["ImagingStudy.series","instance"]};
const schema70 = {"title":"key","description":"One element and the tag it comes from: what makes two items the same. Written and required.","type":"object","minProperties":1,"maxProperties":1,"additionalProperties":{"title":"tag","description":"The DICOM keyword of the key.","type":"string","minLength":1,"examples":["SeriesInstanceUID"]},"examples":[{"uid":"SeriesInstanceUID"}]};
const wrapper2 = {validate: validate46};

function validate47(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.to === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "to"},message:"must have required property '"+"to"+"'",schema:schema68.required,parentSchema:schema68,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.key === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "key"},message:"must have required property '"+"key"+"'",schema:schema68.required,parentSchema:schema68,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.to !== undefined){
let data0 = data.to;
if(typeof data0 === "string"){
if(func3(data0) < 1){
const err2 = {instancePath:instancePath+"/to",schemaPath:"#/definitions/list/properties/to/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema69,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/to",schemaPath:"#/definitions/list/properties/to/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema69.type,parentSchema:schema69,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.key !== undefined){
let data1 = data.key;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(Object.keys(data1).length > 1){
const err4 = {instancePath:instancePath+"/key",schemaPath:"#/definitions/list/properties/key/maxProperties",keyword:"maxProperties",params:{limit: 1},message:"must NOT have more than 1 properties",schema:1,parentSchema:schema70,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(Object.keys(data1).length < 1){
const err5 = {instancePath:instancePath+"/key",schemaPath:"#/definitions/list/properties/key/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema70,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
for(const key0 in data1){
let data2 = data1[key0];
if(typeof data2 === "string"){
if(func3(data2) < 1){
const err6 = {instancePath:instancePath+"/key/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/list/properties/key/additionalProperties/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema70.additionalProperties,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/key/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/list/properties/key/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema70.additionalProperties.type,parentSchema:schema70.additionalProperties,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath:instancePath+"/key",schemaPath:"#/definitions/list/properties/key/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema70.type,parentSchema:schema70,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.rules !== undefined){
if(!(validate42(data.rules, {instancePath:instancePath+"/rules",parentData:data,parentDataProperty:"rules",rootData}))){
vErrors = vErrors === null ? validate42.errors : vErrors.concat(validate42.errors);
errors = vErrors.length;
}
}
if(data.lists !== undefined){
if(!(wrapper2.validate(data.lists, {instancePath:instancePath+"/lists",parentData:data,parentDataProperty:"lists",rootData}))){
vErrors = vErrors === null ? wrapper2.validate.errors : vErrors.concat(wrapper2.validate.errors);
errors = vErrors.length;
}
}
}
else {
const err9 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema68.type,parentSchema:schema68,data};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
validate47.errors = vErrors;
return errors === 0;
}


function validate46(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(validate47(data[key0], {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data,parentDataProperty:key0,rootData}))){
vErrors = vErrors === null ? validate47.errors : vErrors.concat(validate47.errors);
errors = vErrors.length;
}
}
}
else {
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema67.type,parentSchema:schema67,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate46.errors = vErrors;
return errors === 0;
}

const schema71 = {"title":"setting","description":"A setting with its type and its default.","type":"object","required":["type","default"],"properties":{"type":{"$ref":"#/definitions/setting/properties/type"},"default":{"$ref":"#/definitions/setting/properties/default"}}};
const schema72 = {"title":"type","description":"What a site may write for this setting.","enum":["string","boolean","integer"],"examples":["string"]};
const schema73 = {"title":"default","description":"The value where the site says nothing; of the setting's type.","type":["string","boolean","integer"],"examples":["",false,30]};

function validate51(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema71.required,parentSchema:schema71,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.default === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "default"},message:"must have required property '"+"default"+"'",schema:schema71.required,parentSchema:schema71,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.type !== undefined){
let data0 = data.type;
if(!(((data0 === "string") || (data0 === "boolean")) || (data0 === "integer"))){
const err2 = {instancePath:instancePath+"/type",schemaPath:"#/definitions/setting/properties/type/enum",keyword:"enum",params:{allowedValues: schema72.enum},message:"must be equal to one of the allowed values",schema:schema72.enum,parentSchema:schema72,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.default !== undefined){
let data1 = data.default;
if(((typeof data1 !== "string") && (typeof data1 !== "boolean")) && (!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1))))){
const err3 = {instancePath:instancePath+"/default",schemaPath:"#/definitions/setting/properties/default/type",keyword:"type",params:{type: schema73.type},message:"must be string,boolean,integer",schema:schema73.type,parentSchema:schema73,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema71.type,parentSchema:schema71,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate51.errors = vErrors;
return errors === 0;
}

const schema74 = {"title":"assertion","description":"An assertion with its condition.","type":"object","required":["fhirpath"],"properties":{"fhirpath":{"$ref":"#/definitions/assertion/properties/fhirpath"}}};
const schema75 = {"title":"fhirpath","description":"FHIRPath over the resource; must be true.","type":"string","minLength":1,"x-expression":"fhirpath","x-hint":"Put the condition on the next line after `{key}: |`.","examples":["identifier.exists()"]};

function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.fhirpath === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "fhirpath"},message:"must have required property '"+"fhirpath"+"'",schema:schema74.required,parentSchema:schema74,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.fhirpath !== undefined){
let data0 = data.fhirpath;
if(typeof data0 === "string"){
if(func3(data0) < 1){
const err1 = {instancePath:instancePath+"/fhirpath",schemaPath:"#/definitions/assertion/properties/fhirpath/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema75,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/fhirpath",schemaPath:"#/definitions/assertion/properties/fhirpath/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema75.type,parentSchema:schema75,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema74.type,parentSchema:schema74,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate53.errors = vErrors;
return errors === 0;
}


function validate41(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.resource === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "resource"},message:"must have required property '"+"resource"+"'",schema:schema60.required,parentSchema:schema60,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.identity === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "identity"},message:"must have required property '"+"identity"+"'",schema:schema60.required,parentSchema:schema60,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.rules === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "rules"},message:"must have required property '"+"rules"+"'",schema:schema60.required,parentSchema:schema60,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.whenEmpty !== undefined){
if(data.onDelete === undefined){
const err3 = {instancePath,schemaPath:"#/dependencies",keyword:"dependencies",params:{property: "whenEmpty",
    missingProperty: "onDelete",
    depsCount: 1,
    deps: "onDelete"},message:"must have property onDelete when property whenEmpty is present",schema:schema60.dependencies,parentSchema:schema60,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.forEach !== undefined){
if(data.instanceRule === undefined){
const err4 = {instancePath,schemaPath:"#/dependencies",keyword:"dependencies",params:{property: "forEach",
    missingProperty: "instanceRule",
    depsCount: 1,
    deps: "instanceRule"},message:"must have property instanceRule when property forEach is present",schema:schema60.dependencies,parentSchema:schema60,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.instanceRule !== undefined){
if(data.forEach === undefined){
const err5 = {instancePath,schemaPath:"#/dependencies",keyword:"dependencies",params:{property: "instanceRule",
    missingProperty: "forEach",
    depsCount: 1,
    deps: "forEach"},message:"must have property forEach when property instanceRule is present",schema:schema60.dependencies,parentSchema:schema60,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.resource !== undefined){
let data0 = data.resource;
if(typeof data0 === "string"){
if(func3(data0) < 1){
const err6 = {instancePath:instancePath+"/resource",schemaPath:"#/definitions/resource/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema61,data:data0};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/resource",schemaPath:"#/definitions/resource/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema61.type,parentSchema:schema61,data:data0};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.identity !== undefined){
let data1 = data.identity;
if(typeof data1 === "string"){
if(func3(data1) < 1){
const err8 = {instancePath:instancePath+"/identity",schemaPath:"#/definitions/identity/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema62,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/identity",schemaPath:"#/definitions/identity/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema62.type,parentSchema:schema62,data:data1};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.rules !== undefined){
if(!(validate42(data.rules, {instancePath:instancePath+"/rules",parentData:data,parentDataProperty:"rules",rootData}))){
vErrors = vErrors === null ? validate42.errors : vErrors.concat(validate42.errors);
errors = vErrors.length;
}
}
if(data.lists !== undefined){
if(!(validate46(data.lists, {instancePath:instancePath+"/lists",parentData:data,parentDataProperty:"lists",rootData}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
errors = vErrors.length;
}
}
if(data.settings !== undefined){
let data4 = data.settings;
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
for(const key0 in data4){
if(!(validate51(data4[key0], {instancePath:instancePath+"/settings/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data4,parentDataProperty:key0,rootData}))){
vErrors = vErrors === null ? validate51.errors : vErrors.concat(validate51.errors);
errors = vErrors.length;
}
}
}
else {
const err10 = {instancePath:instancePath+"/settings",schemaPath:"#/properties/settings/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema60.properties.settings.type,parentSchema:schema60.properties.settings,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.assert !== undefined){
let data6 = data.assert;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
for(const key1 in data6){
if(!(validate53(data6[key1], {instancePath:instancePath+"/assert/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data6,parentDataProperty:key1,rootData}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
}
}
else {
const err11 = {instancePath:instancePath+"/assert",schemaPath:"#/properties/assert/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema60.properties.assert.type,parentSchema:schema60.properties.assert,data:data6};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema60.type,parentSchema:schema60,data};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
validate41.errors = vErrors;
return errors === 0;
}

const schema79 = {"title":"setting","description":"An option of the mapping, with its type and its default.","type":"object","additionalProperties":false,"properties":{"type":{"title":"type","description":"What a site may write for this setting.","enum":["string","boolean","integer"],"examples":["string"]},"default":{"title":"default","description":"The value where the site says nothing; of the setting's type.","type":["string","boolean","integer"],"examples":["",false,30]},"description":{"$ref":"#/definitions/description"}},"allOf":[{"if":{"type":"object","required":["type"],"properties":{"type":{"const":"string"}}},"then":{"type":"object","properties":{"default":{"type":"string"}}}},{"if":{"type":"object","required":["type"],"properties":{"type":{"const":"boolean"}}},"then":{"type":"object","properties":{"default":{"type":"boolean"}}}},{"if":{"type":"object","required":["type"],"properties":{"type":{"const":"integer"}}},"then":{"type":"object","properties":{"default":{"type":"integer"}}}}]};

function validate56(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs2 = errors;
let valid1 = true;
const _errs3 = errors;
if(errors === _errs3){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.type === undefined) && (missing0 = "type")){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(data.type !== undefined){
if("string" !== data.type){
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
}
else {
const err2 = {};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var _valid0 = _errs3 === errors;
errors = _errs2;
if(vErrors !== null){
if(_errs2){
vErrors.length = _errs2;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs6 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.default !== undefined){
let data1 = data.default;
if(typeof data1 !== "string"){
const err3 = {instancePath:instancePath+"/default",schemaPath:"#/allOf/0/then/properties/default/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema79.allOf[0].then.properties.default.type,parentSchema:schema79.allOf[0].then.properties.default,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/allOf/0/then/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema79.allOf[0].then.type,parentSchema:schema79.allOf[0].then,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
var _valid0 = _errs6 === errors;
valid1 = _valid0;
}
if(!valid1){
const err5 = {instancePath,schemaPath:"#/allOf/0/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema79.allOf[0].if,parentSchema:schema79.allOf[0],data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
const _errs11 = errors;
let valid4 = true;
const _errs12 = errors;
if(errors === _errs12){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((data.type === undefined) && (missing1 = "type")){
const err6 = {};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
else {
if(data.type !== undefined){
if("boolean" !== data.type){
const err7 = {};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
}
else {
const err8 = {};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
var _valid1 = _errs12 === errors;
errors = _errs11;
if(vErrors !== null){
if(_errs11){
vErrors.length = _errs11;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs15 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.default !== undefined){
let data3 = data.default;
if(typeof data3 !== "boolean"){
const err9 = {instancePath:instancePath+"/default",schemaPath:"#/allOf/1/then/properties/default/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema79.allOf[1].then.properties.default.type,parentSchema:schema79.allOf[1].then.properties.default,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath,schemaPath:"#/allOf/1/then/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema79.allOf[1].then.type,parentSchema:schema79.allOf[1].then,data};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
var _valid1 = _errs15 === errors;
valid4 = _valid1;
}
if(!valid4){
const err11 = {instancePath,schemaPath:"#/allOf/1/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema79.allOf[1].if,parentSchema:schema79.allOf[1],data};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
const _errs20 = errors;
let valid7 = true;
const _errs21 = errors;
if(errors === _errs21){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((data.type === undefined) && (missing2 = "type")){
const err12 = {};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
else {
if(data.type !== undefined){
if("integer" !== data.type){
const err13 = {};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
}
else {
const err14 = {};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
var _valid2 = _errs21 === errors;
errors = _errs20;
if(vErrors !== null){
if(_errs20){
vErrors.length = _errs20;
}
else {
vErrors = null;
}
}
if(_valid2){
const _errs24 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.default !== undefined){
let data5 = data.default;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err15 = {instancePath:instancePath+"/default",schemaPath:"#/allOf/2/then/properties/default/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema79.allOf[2].then.properties.default.type,parentSchema:schema79.allOf[2].then.properties.default,data:data5};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath,schemaPath:"#/allOf/2/then/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema79.allOf[2].then.type,parentSchema:schema79.allOf[2].then,data};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
var _valid2 = _errs24 === errors;
valid7 = _valid2;
}
if(!valid7){
const err17 = {instancePath,schemaPath:"#/allOf/2/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema79.allOf[2].if,parentSchema:schema79.allOf[2],data};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((key0 === "type") || (key0 === "default")) || (key0 === "description"))){
const err18 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema79,data};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.type !== undefined){
let data6 = data.type;
if(!(((data6 === "string") || (data6 === "boolean")) || (data6 === "integer"))){
const err19 = {instancePath:instancePath+"/type",schemaPath:"#/properties/type/enum",keyword:"enum",params:{allowedValues: schema79.properties.type.enum},message:"must be equal to one of the allowed values",schema:schema79.properties.type.enum,parentSchema:schema79.properties.type,data:data6};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.default !== undefined){
let data7 = data.default;
if(((typeof data7 !== "string") && (typeof data7 !== "boolean")) && (!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7))))){
const err20 = {instancePath:instancePath+"/default",schemaPath:"#/properties/default/type",keyword:"type",params:{type: schema79.properties.default.type},message:"must be string,boolean,integer",schema:schema79.properties.default.type,parentSchema:schema79.properties.default,data:data7};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.description !== undefined){
let data8 = data.description;
if(typeof data8 !== "string"){
const err21 = {instancePath:instancePath+"/description",schemaPath:"#/definitions/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema77.type,parentSchema:schema77,data:data8};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema79.type,parentSchema:schema79,data};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
validate56.errors = vErrors;
return errors === 0;
}

const schema87 = {"title":"rules","description":"One rule for each target, by a name of your choice. Findings, coverage and error rows call it by that name.","type":"object","propertyNames":{"$ref":"#/definitions/ruleName"},"additionalProperties":{"$ref":"#/definitions/rule"},"examples":[{"gender":{"to":"Patient.gender","tag":"PatientSex","codes":{"M":"male","F":"female","O":"other"}}}]};
const pattern21 = new RegExp("^[A-Za-z][A-Za-z0-9_-]*$", "u");
const schema89 = {"title":"rule","description":"Where a value goes (to) and where it comes from: exactly one of tag, const, value, reference, derive. With extends above: what differs from the inherited rule.","type":"object","additionalProperties":false,"dependencies":{"reason":["disabled"]},"if":{"type":"object","required":["disabled"],"properties":{"disabled":{"const":true}}},"then":{"title":"rule","type":"object","required":["reason"],"properties":{"reason":{"$ref":"#/definitions/rule/properties/reason"}}},"properties":{"to":{"title":"to","description":"Where the value goes: FHIRPath with element steps and where(…) for items of a list. Inside a list it starts at the item.","type":"string","minLength":1,"x-expression":"fhirpath","examples":["Patient.gender","Patient.name.where(use = 'usual')","Patient.identifier.where(system = %patientSystem).value"]},"tag":{"title":"tag","description":"The DICOM attribute: a keyword, (gggg,eeee), a private tag (gggg,eeee, \"CREATOR\"), a path into sequences, or a list of tags that make one value.","type":["string","array"],"minLength":1,"minItems":1,"items":{"title":"tag","description":"A DICOM keyword, (gggg,eeee), or a path into sequences.","type":"string","minLength":1,"examples":["StudyDate"]},"examples":["PatientID","(0010,0020)","ProcedureCodeSequence.CodeMeaning",["StudyDate","StudyTime","TimezoneOffsetFromUTC"]]},"const":{"title":"const","description":"A constant of any shape: text, number, true or false, a list, a map.","$ref":"#/definitions/constant","examples":["available",true,{"system":"http://loinc.org","code":"18748-4"}]},"value":{"title":"value","description":"JSONata over the dataset by keyword; gives FHIR JSON of the target's type. As a block: the expression on the next line after `value: |`.","type":"string","minLength":1,"x-expression":"jsonata","x-hint":"Put the expression on the next line after `{key}: |`.","examples":["$join([StudyDescription, SeriesDescription], ', ')"]},"reference":{"title":"reference","description":"A reference to the resource that another mapping makes or finds: its name.","type":"string","minLength":1,"examples":["Patient"]},"derive":{"title":"derive","description":"FHIRPath over the finished resource or list item, computed after everything else.","type":"string","minLength":1,"x-expression":"fhirpath","x-hint":"Put the expression on the next line after `{key}: |`.","examples":["series.count()","series.instance.count()"]},"as":{"title":"as","description":"How several values of a tag become one: the first, or all joined. Without it, several values for a single target are invalid.","enum":["first","join"],"examples":["first"]},"codes":{"title":"codes","description":"DICOM value to FHIR code. A value without a row is invalid unless default is given.","type":"object","minProperties":1,"additionalProperties":{"title":"code","description":"The FHIR code for this DICOM value; \"\" where it stands for nothing.","type":"string","examples":["male"]},"examples":[{"M":"male","F":"female","O":"other"}]},"table":{"title":"table","description":"A file of rows as codes has them, CSV or YAML, in place of codes. Its path starts at the folder of this file.","type":"string","pattern":"\\.(csv|ya?ml)$","patternErrorMessage":"the path of a .csv, .yaml or .yml file","examples":["body-sites.csv"]},"default":{"title":"default","description":"The code for a value that has no row in codes or table: text, or one %name.","$ref":"#/definitions/operand","examples":["unknown"]},"prefix":{"title":"prefix","description":"Put before the text of the tag: text, or one %name.","$ref":"#/definitions/operand","examples":["urn:oid:"]},"system":{"title":"system","description":"The code system of a Coding or the system of an identifier: an address, or one %name.","$ref":"#/definitions/operand","examples":["http://dicom.nema.org/resources/ontology/DCM","%patientSystem"]},"unit":{"title":"unit","description":"UCUM code of the number in the tag; makes a Quantity.","type":"string","minLength":1,"examples":["mm","mGy.cm"]},"zone":{"title":"zone","description":"What a date and time mean whose offset tag is absent: a time zone such as Europe/Berlin, an offset +hh:mm, one %name, or none for the date alone.","$ref":"#/definitions/operand","examples":["Europe/Berlin","+01:00","none","%settings.zone"]},"logical":{"title":"logical","description":"With reference: always write the target's type and identifier, and the literal reference when it is known.","type":"boolean","default":false},"when":{"title":"when","description":"JSONata over the dataset: the rule applies only where this is true.","$ref":"#/definitions/jsonata"},"required":{"title":"required","description":"A missing or invalid value fails the whole entry, for all mappings.","type":"boolean","default":false},"merge":{"title":"merge","description":"append adds an item unless it is there; replace owns the whole list; fill writes only where nothing is. Without it, the value (of the matching item) is replaced.","enum":["append","replace","fill"],"examples":["append"]},"on":{"title":"on","description":"create: only in the step in which the entry makes the resource or item.","enum":["any","create"],"default":"any"},"onAbsent":{"title":"onAbsent","description":"What happens to the target when all tags of the rule are absent. Default: clear inside what belongs to one instance, keep elsewhere.","enum":["keep","clear"],"examples":["clear"]},"authority":{"title":"authority","description":"any: every instance may write this, whatever the authority of the mapping says.","enum":["any","mapping"],"default":"mapping"},"disabled":{"title":"disabled","description":"true: the rule is switched off; reason says why.","type":"boolean","default":false},"reason":{"title":"reason","description":"Why the rule is switched off; shown by `dicomcast docs`.","type":"string","minLength":1,"examples":["The dates of our old modality cannot be trusted."]},"base":{"title":"base","description":"Fingerprint of the rule that this one changes; `dicomcast check --fix` writes it. When that rule changes, `check` tells.","type":"string","pattern":"^[0-9a-f]{8,12}$","patternErrorMessage":"a fingerprint of 8 to 12 hex digits, as `dicomcast check --fix` writes it","examples":["c04f2ab1907e"]},"description":{"$ref":"#/definitions/description"}}};
const schema90 = {"title":"reason","description":"Why the rule is switched off; shown by `dicomcast docs`.","type":"string","minLength":1,"examples":["The dates of our old modality cannot be trusted."]};
const schema91 = {"type":["string","number","boolean","array","object"],"items":{"$ref":"#/definitions/constant"},"additionalProperties":{"$ref":"#/definitions/constant"}};
const wrapper3 = {validate: validate60};

function validate60(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((((!data || typeof data != "object") && (typeof data !== "string")) && (!((typeof data == "number") && (isFinite(data))))) && (typeof data !== "boolean")){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema91.type},message:"must be string,number,boolean,array,object",schema:schema91.type,parentSchema:schema91,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(Array.isArray(data)){
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(wrapper3.validate(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? wrapper3.validate.errors : vErrors.concat(wrapper3.validate.errors);
errors = vErrors.length;
}
}
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(wrapper3.validate(data[key0], {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data,parentDataProperty:key0,rootData}))){
vErrors = vErrors === null ? wrapper3.validate.errors : vErrors.concat(wrapper3.validate.errors);
errors = vErrors.length;
}
}
}
validate60.errors = vErrors;
return errors === 0;
}

const pattern24 = new RegExp("\\.(csv|ya?ml)$", "u");
const pattern28 = new RegExp("^[0-9a-f]{8,12}$", "u");

function validate59(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs1 = errors;
let valid0 = true;
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.disabled === undefined) && (missing0 = "disabled")){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(data.disabled !== undefined){
if(true !== data.disabled){
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
}
else {
const err2 = {};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var _valid0 = _errs2 === errors;
errors = _errs1;
if(vErrors !== null){
if(_errs1){
vErrors.length = _errs1;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs5 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.reason === undefined){
const err3 = {instancePath,schemaPath:"#/then/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'",schema:schema89.then.required,parentSchema:schema89.then,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.reason !== undefined){
let data1 = data.reason;
if(typeof data1 === "string"){
if(func3(data1) < 1){
const err4 = {instancePath:instancePath+"/reason",schemaPath:"#/definitions/rule/properties/reason/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema90,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/reason",schemaPath:"#/definitions/rule/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema90.type,parentSchema:schema90,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/then/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema89.then.type,parentSchema:schema89.then,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
var _valid0 = _errs5 === errors;
valid0 = _valid0;
}
if(!valid0){
const err7 = {instancePath,schemaPath:"#/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema89.if,parentSchema:schema89,data};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema89.properties, key0))){
const err8 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema89,data};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.reason !== undefined){
if(data.disabled === undefined){
const err9 = {instancePath,schemaPath:"#/dependencies",keyword:"dependencies",params:{property: "reason",
    missingProperty: "disabled",
    depsCount: 1,
    deps: "disabled"},message:"must have property disabled when property reason is present",schema:schema89.dependencies,parentSchema:schema89,data};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.to !== undefined){
let data2 = data.to;
if(typeof data2 === "string"){
if(func3(data2) < 1){
const err10 = {instancePath:instancePath+"/to",schemaPath:"#/properties/to/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema89.properties.to,data:data2};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/to",schemaPath:"#/properties/to/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema89.properties.to.type,parentSchema:schema89.properties.to,data:data2};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.tag !== undefined){
let data3 = data.tag;
if((typeof data3 !== "string") && (!(Array.isArray(data3)))){
const err12 = {instancePath:instancePath+"/tag",schemaPath:"#/properties/tag/type",keyword:"type",params:{type: schema89.properties.tag.type},message:"must be string,array",schema:schema89.properties.tag.type,parentSchema:schema89.properties.tag,data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(typeof data3 === "string"){
if(func3(data3) < 1){
const err13 = {instancePath:instancePath+"/tag",schemaPath:"#/properties/tag/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema89.properties.tag,data:data3};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(Array.isArray(data3)){
if(data3.length < 1){
const err14 = {instancePath:instancePath+"/tag",schemaPath:"#/properties/tag/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema89.properties.tag,data:data3};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
if(typeof data4 === "string"){
if(func3(data4) < 1){
const err15 = {instancePath:instancePath+"/tag/" + i0,schemaPath:"#/properties/tag/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema89.properties.tag.items,data:data4};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/tag/" + i0,schemaPath:"#/properties/tag/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema89.properties.tag.items.type,parentSchema:schema89.properties.tag.items,data:data4};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
}
if(data.const !== undefined){
if(!(validate60(data.const, {instancePath:instancePath+"/const",parentData:data,parentDataProperty:"const",rootData}))){
vErrors = vErrors === null ? validate60.errors : vErrors.concat(validate60.errors);
errors = vErrors.length;
}
}
if(data.value !== undefined){
let data6 = data.value;
if(typeof data6 === "string"){
if(func3(data6) < 1){
const err17 = {instancePath:instancePath+"/value",schemaPath:"#/properties/value/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema89.properties.value,data:data6};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
else {
const err18 = {instancePath:instancePath+"/value",schemaPath:"#/properties/value/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema89.properties.value.type,parentSchema:schema89.properties.value,data:data6};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.reference !== undefined){
let data7 = data.reference;
if(typeof data7 === "string"){
if(func3(data7) < 1){
const err19 = {instancePath:instancePath+"/reference",schemaPath:"#/properties/reference/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema89.properties.reference,data:data7};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
else {
const err20 = {instancePath:instancePath+"/reference",schemaPath:"#/properties/reference/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema89.properties.reference.type,parentSchema:schema89.properties.reference,data:data7};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.derive !== undefined){
let data8 = data.derive;
if(typeof data8 === "string"){
if(func3(data8) < 1){
const err21 = {instancePath:instancePath+"/derive",schemaPath:"#/properties/derive/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema89.properties.derive,data:data8};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
else {
const err22 = {instancePath:instancePath+"/derive",schemaPath:"#/properties/derive/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema89.properties.derive.type,parentSchema:schema89.properties.derive,data:data8};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.as !== undefined){
let data9 = data.as;
if(!((data9 === "first") || (data9 === "join"))){
const err23 = {instancePath:instancePath+"/as",schemaPath:"#/properties/as/enum",keyword:"enum",params:{allowedValues: schema89.properties.as.enum},message:"must be equal to one of the allowed values",schema:schema89.properties.as.enum,parentSchema:schema89.properties.as,data:data9};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.codes !== undefined){
let data10 = data.codes;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
if(Object.keys(data10).length < 1){
const err24 = {instancePath:instancePath+"/codes",schemaPath:"#/properties/codes/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema89.properties.codes,data:data10};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
for(const key1 in data10){
let data11 = data10[key1];
if(typeof data11 !== "string"){
const err25 = {instancePath:instancePath+"/codes/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/codes/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema89.properties.codes.additionalProperties.type,parentSchema:schema89.properties.codes.additionalProperties,data:data11};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
else {
const err26 = {instancePath:instancePath+"/codes",schemaPath:"#/properties/codes/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema89.properties.codes.type,parentSchema:schema89.properties.codes,data:data10};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data.table !== undefined){
let data12 = data.table;
if(typeof data12 === "string"){
if(!pattern24.test(data12)){
const err27 = {instancePath:instancePath+"/table",schemaPath:"#/properties/table/pattern",keyword:"pattern",params:{pattern: "\\.(csv|ya?ml)$"},message:"must match pattern \""+"\\.(csv|ya?ml)$"+"\"",schema:"\\.(csv|ya?ml)$",parentSchema:schema89.properties.table,data:data12};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
else {
const err28 = {instancePath:instancePath+"/table",schemaPath:"#/properties/table/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema89.properties.table.type,parentSchema:schema89.properties.table,data:data12};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data.default !== undefined){
let data13 = data.default;
if(typeof data13 === "string"){
if(func3(data13) < 1){
const err29 = {instancePath:instancePath+"/default",schemaPath:"#/definitions/operand/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema84,data:data13};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
else {
const err30 = {instancePath:instancePath+"/default",schemaPath:"#/definitions/operand/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema84.type,parentSchema:schema84,data:data13};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data.prefix !== undefined){
let data14 = data.prefix;
if(typeof data14 === "string"){
if(func3(data14) < 1){
const err31 = {instancePath:instancePath+"/prefix",schemaPath:"#/definitions/operand/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema84,data:data14};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
else {
const err32 = {instancePath:instancePath+"/prefix",schemaPath:"#/definitions/operand/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema84.type,parentSchema:schema84,data:data14};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data.system !== undefined){
let data15 = data.system;
if(typeof data15 === "string"){
if(func3(data15) < 1){
const err33 = {instancePath:instancePath+"/system",schemaPath:"#/definitions/operand/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema84,data:data15};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
else {
const err34 = {instancePath:instancePath+"/system",schemaPath:"#/definitions/operand/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema84.type,parentSchema:schema84,data:data15};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data.unit !== undefined){
let data16 = data.unit;
if(typeof data16 === "string"){
if(func3(data16) < 1){
const err35 = {instancePath:instancePath+"/unit",schemaPath:"#/properties/unit/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema89.properties.unit,data:data16};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
else {
const err36 = {instancePath:instancePath+"/unit",schemaPath:"#/properties/unit/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema89.properties.unit.type,parentSchema:schema89.properties.unit,data:data16};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data.zone !== undefined){
let data17 = data.zone;
if(typeof data17 === "string"){
if(func3(data17) < 1){
const err37 = {instancePath:instancePath+"/zone",schemaPath:"#/definitions/operand/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema84,data:data17};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
else {
const err38 = {instancePath:instancePath+"/zone",schemaPath:"#/definitions/operand/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema84.type,parentSchema:schema84,data:data17};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data.logical !== undefined){
let data18 = data.logical;
if(typeof data18 !== "boolean"){
const err39 = {instancePath:instancePath+"/logical",schemaPath:"#/properties/logical/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema89.properties.logical.type,parentSchema:schema89.properties.logical,data:data18};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data.when !== undefined){
let data19 = data.when;
if(typeof data19 === "string"){
if(func3(data19) < 1){
const err40 = {instancePath:instancePath+"/when",schemaPath:"#/definitions/jsonata/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema86,data:data19};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
else {
const err41 = {instancePath:instancePath+"/when",schemaPath:"#/definitions/jsonata/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema86.type,parentSchema:schema86,data:data19};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data.required !== undefined){
let data20 = data.required;
if(typeof data20 !== "boolean"){
const err42 = {instancePath:instancePath+"/required",schemaPath:"#/properties/required/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema89.properties.required.type,parentSchema:schema89.properties.required,data:data20};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data.merge !== undefined){
let data21 = data.merge;
if(!(((data21 === "append") || (data21 === "replace")) || (data21 === "fill"))){
const err43 = {instancePath:instancePath+"/merge",schemaPath:"#/properties/merge/enum",keyword:"enum",params:{allowedValues: schema89.properties.merge.enum},message:"must be equal to one of the allowed values",schema:schema89.properties.merge.enum,parentSchema:schema89.properties.merge,data:data21};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data.on !== undefined){
let data22 = data.on;
if(!((data22 === "any") || (data22 === "create"))){
const err44 = {instancePath:instancePath+"/on",schemaPath:"#/properties/on/enum",keyword:"enum",params:{allowedValues: schema89.properties.on.enum},message:"must be equal to one of the allowed values",schema:schema89.properties.on.enum,parentSchema:schema89.properties.on,data:data22};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data.onAbsent !== undefined){
let data23 = data.onAbsent;
if(!((data23 === "keep") || (data23 === "clear"))){
const err45 = {instancePath:instancePath+"/onAbsent",schemaPath:"#/properties/onAbsent/enum",keyword:"enum",params:{allowedValues: schema89.properties.onAbsent.enum},message:"must be equal to one of the allowed values",schema:schema89.properties.onAbsent.enum,parentSchema:schema89.properties.onAbsent,data:data23};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data.authority !== undefined){
let data24 = data.authority;
if(!((data24 === "any") || (data24 === "mapping"))){
const err46 = {instancePath:instancePath+"/authority",schemaPath:"#/properties/authority/enum",keyword:"enum",params:{allowedValues: schema89.properties.authority.enum},message:"must be equal to one of the allowed values",schema:schema89.properties.authority.enum,parentSchema:schema89.properties.authority,data:data24};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data.disabled !== undefined){
let data25 = data.disabled;
if(typeof data25 !== "boolean"){
const err47 = {instancePath:instancePath+"/disabled",schemaPath:"#/properties/disabled/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema89.properties.disabled.type,parentSchema:schema89.properties.disabled,data:data25};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data.reason !== undefined){
let data26 = data.reason;
if(typeof data26 === "string"){
if(func3(data26) < 1){
const err48 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema89.properties.reason,data:data26};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
else {
const err49 = {instancePath:instancePath+"/reason",schemaPath:"#/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema89.properties.reason.type,parentSchema:schema89.properties.reason,data:data26};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data.base !== undefined){
let data27 = data.base;
if(typeof data27 === "string"){
if(!pattern28.test(data27)){
const err50 = {instancePath:instancePath+"/base",schemaPath:"#/properties/base/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{8,12}$"},message:"must match pattern \""+"^[0-9a-f]{8,12}$"+"\"",schema:"^[0-9a-f]{8,12}$",parentSchema:schema89.properties.base,data:data27};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
else {
const err51 = {instancePath:instancePath+"/base",schemaPath:"#/properties/base/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema89.properties.base.type,parentSchema:schema89.properties.base,data:data27};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data.description !== undefined){
let data28 = data.description;
if(typeof data28 !== "string"){
const err52 = {instancePath:instancePath+"/description",schemaPath:"#/definitions/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema77.type,parentSchema:schema77,data:data28};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
}
else {
const err53 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema89.type,parentSchema:schema89,data};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
validate59.errors = vErrors;
return errors === 0;
}


function validate58(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
const _errs1 = errors;
if(typeof key0 === "string"){
if(!pattern21.test(key0)){
const err0 = {instancePath,schemaPath:"#/definitions/ruleName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_-]*$"},message:"must match pattern \""+"^[A-Za-z][A-Za-z0-9_-]*$"+"\"",schema:"^[A-Za-z][A-Za-z0-9_-]*$",parentSchema:schema88,data:key0,propertyName:key0};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/definitions/ruleName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema88.type,parentSchema:schema88,data:key0,propertyName:key0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var valid0 = _errs1 === errors;
if(!valid0){
const err2 = {instancePath,schemaPath:"#/propertyNames",keyword:"propertyNames",params:{propertyName: key0},message:"property name must be valid",schema:schema87.propertyNames,parentSchema:schema87,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
for(const key1 in data){
if(!(validate59(data[key1], {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data,parentDataProperty:key1,rootData}))){
vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema87.type,parentSchema:schema87,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate58.errors = vErrors;
return errors === 0;
}

const schema98 = {"title":"lists","description":"Lists of the resource whose items are found by a key, by a name of your choice.","type":"object","propertyNames":{"$ref":"#/definitions/ruleName"},"additionalProperties":{"$ref":"#/definitions/list"},"default":{},"examples":[{"series":{"to":"ImagingStudy.series","key":{"uid":"SeriesInstanceUID"}}}]};
const schema100 = {"title":"list","description":"A list, the key that makes two of its items the same, and the rules for an item.","type":"object","additionalProperties":false,"properties":{"to":{"title":"to","description":"The list: FHIRPath with element steps. Inside another list it starts at that item.","type":"string","minLength":1,"x-expression":"fhirpath","examples":["ImagingStudy.series","instance"]},"key":{"title":"key","description":"One element and the tag it comes from: what makes two items the same. Written and required.","type":"object","minProperties":1,"maxProperties":1,"additionalProperties":{"title":"tag","description":"The DICOM keyword of the key.","type":"string","minLength":1,"examples":["SeriesInstanceUID"]},"examples":[{"uid":"SeriesInstanceUID"}]},"rules":{"$ref":"#/definitions/rules"},"lists":{"$ref":"#/definitions/lists"},"description":{"$ref":"#/definitions/description"}}};
const wrapper5 = {validate: validate64};

function validate65(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((key0 === "to") || (key0 === "key")) || (key0 === "rules")) || (key0 === "lists")) || (key0 === "description"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema100,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.to !== undefined){
let data0 = data.to;
if(typeof data0 === "string"){
if(func3(data0) < 1){
const err1 = {instancePath:instancePath+"/to",schemaPath:"#/properties/to/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema100.properties.to,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/to",schemaPath:"#/properties/to/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema100.properties.to.type,parentSchema:schema100.properties.to,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.key !== undefined){
let data1 = data.key;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(Object.keys(data1).length > 1){
const err3 = {instancePath:instancePath+"/key",schemaPath:"#/properties/key/maxProperties",keyword:"maxProperties",params:{limit: 1},message:"must NOT have more than 1 properties",schema:1,parentSchema:schema100.properties.key,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(Object.keys(data1).length < 1){
const err4 = {instancePath:instancePath+"/key",schemaPath:"#/properties/key/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema100.properties.key,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key1 in data1){
let data2 = data1[key1];
if(typeof data2 === "string"){
if(func3(data2) < 1){
const err5 = {instancePath:instancePath+"/key/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/key/additionalProperties/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema100.properties.key.additionalProperties,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/key/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/key/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema100.properties.key.additionalProperties.type,parentSchema:schema100.properties.key.additionalProperties,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath:instancePath+"/key",schemaPath:"#/properties/key/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema100.properties.key.type,parentSchema:schema100.properties.key,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.rules !== undefined){
if(!(validate58(data.rules, {instancePath:instancePath+"/rules",parentData:data,parentDataProperty:"rules",rootData}))){
vErrors = vErrors === null ? validate58.errors : vErrors.concat(validate58.errors);
errors = vErrors.length;
}
}
if(data.lists !== undefined){
if(!(wrapper5.validate(data.lists, {instancePath:instancePath+"/lists",parentData:data,parentDataProperty:"lists",rootData}))){
vErrors = vErrors === null ? wrapper5.validate.errors : vErrors.concat(wrapper5.validate.errors);
errors = vErrors.length;
}
}
if(data.description !== undefined){
let data5 = data.description;
if(typeof data5 !== "string"){
const err8 = {instancePath:instancePath+"/description",schemaPath:"#/definitions/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema77.type,parentSchema:schema77,data:data5};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema100.type,parentSchema:schema100,data};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
validate65.errors = vErrors;
return errors === 0;
}


function validate64(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
const _errs1 = errors;
if(typeof key0 === "string"){
if(!pattern21.test(key0)){
const err0 = {instancePath,schemaPath:"#/definitions/ruleName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_-]*$"},message:"must match pattern \""+"^[A-Za-z][A-Za-z0-9_-]*$"+"\"",schema:"^[A-Za-z][A-Za-z0-9_-]*$",parentSchema:schema88,data:key0,propertyName:key0};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/definitions/ruleName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema88.type,parentSchema:schema88,data:key0,propertyName:key0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var valid0 = _errs1 === errors;
if(!valid0){
const err2 = {instancePath,schemaPath:"#/propertyNames",keyword:"propertyNames",params:{propertyName: key0},message:"property name must be valid",schema:schema98.propertyNames,parentSchema:schema98,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
for(const key1 in data){
if(!(validate65(data[key1], {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data,parentDataProperty:key1,rootData}))){
vErrors = vErrors === null ? validate65.errors : vErrors.concat(validate65.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema98.type,parentSchema:schema98,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate64.errors = vErrors;
return errors === 0;
}

const schema103 = {"title":"assertion","description":"A condition that the finished resource must meet.","type":"object","additionalProperties":false,"properties":{"fhirpath":{"title":"fhirpath","description":"FHIRPath over the resource; must be true.","type":"string","minLength":1,"x-expression":"fhirpath","x-hint":"Put the condition on the next line after `{key}: |`.","examples":["identifier.exists()"]},"severity":{"title":"severity","description":"error: the entry fails and gets a row; warning: a log line.","enum":["error","warning"],"default":"error"},"description":{"$ref":"#/definitions/description"}}};

function validate69(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((key0 === "fhirpath") || (key0 === "severity")) || (key0 === "description"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema103,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.fhirpath !== undefined){
let data0 = data.fhirpath;
if(typeof data0 === "string"){
if(func3(data0) < 1){
const err1 = {instancePath:instancePath+"/fhirpath",schemaPath:"#/properties/fhirpath/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema103.properties.fhirpath,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/fhirpath",schemaPath:"#/properties/fhirpath/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema103.properties.fhirpath.type,parentSchema:schema103.properties.fhirpath,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.severity !== undefined){
let data1 = data.severity;
if(!((data1 === "error") || (data1 === "warning"))){
const err3 = {instancePath:instancePath+"/severity",schemaPath:"#/properties/severity/enum",keyword:"enum",params:{allowedValues: schema103.properties.severity.enum},message:"must be equal to one of the allowed values",schema:schema103.properties.severity.enum,parentSchema:schema103.properties.severity,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.description !== undefined){
let data2 = data.description;
if(typeof data2 !== "string"){
const err4 = {instancePath:instancePath+"/description",schemaPath:"#/definitions/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema77.type,parentSchema:schema77,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema103.type,parentSchema:schema103,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
validate69.errors = vErrors;
return errors === 0;
}

const pattern22 = new RegExp("^[A-Za-z_][A-Za-z0-9_]*$", "u");
const pattern25 = new RegExp("^%[A-Za-z_]", "u");

function validate33(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="urn:dicomcast:schema:mapping" */;
let vErrors = null;
let errors = 0;
const _errs1 = errors;
let valid0 = true;
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.extends === undefined) && (missing0 = "extends")){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs2 === errors;
errors = _errs1;
if(vErrors !== null){
if(_errs1){
vErrors.length = _errs1;
}
else {
vErrors = null;
}
}
let ifClause0;
if(_valid0){
const _errs4 = errors;
if(!(validate34(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
var _valid0 = _errs4 === errors;
valid0 = _valid0;
ifClause0 = "then";
}
else {
const _errs5 = errors;
const _errs6 = errors;
let valid1 = true;
const _errs7 = errors;
if(!(data && typeof data == "object" && !Array.isArray(data))){
const err2 = {};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var _valid1 = _errs7 === errors;
errors = _errs6;
if(vErrors !== null){
if(_errs6){
vErrors.length = _errs6;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs9 = errors;
if(!(validate41(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate41.errors : vErrors.concat(validate41.errors);
errors = vErrors.length;
}
var _valid1 = _errs9 === errors;
valid1 = _valid1;
}
if(!valid1){
const err3 = {instancePath,schemaPath:"#/else/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema55.else.if,parentSchema:schema55.else,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var _valid0 = _errs5 === errors;
valid0 = _valid0;
ifClause0 = "else";
}
if(!valid0){
const err4 = {instancePath,schemaPath:"#/if",keyword:"if",params:{failingKeyword: ifClause0},message:"must match \""+ifClause0+"\" schema",schema:schema55.if,parentSchema:schema55,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema55.properties, key0))){
const err5 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema55,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.extends !== undefined){
let data0 = data.extends;
if(typeof data0 === "string"){
if(func3(data0) < 1){
const err6 = {instancePath:instancePath+"/extends",schemaPath:"#/properties/extends/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema55.properties.extends,data:data0};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/extends",schemaPath:"#/properties/extends/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.properties.extends.type,parentSchema:schema55.properties.extends,data:data0};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.resource !== undefined){
let data1 = data.resource;
if(typeof data1 === "string"){
if(func3(data1) < 1){
const err8 = {instancePath:instancePath+"/resource",schemaPath:"#/definitions/resource/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema61,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/resource",schemaPath:"#/definitions/resource/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema61.type,parentSchema:schema61,data:data1};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.name !== undefined){
let data2 = data.name;
if(typeof data2 === "string"){
if(!pattern21.test(data2)){
const err10 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_-]*$"},message:"must match pattern \""+"^[A-Za-z][A-Za-z0-9_-]*$"+"\"",schema:"^[A-Za-z][A-Za-z0-9_-]*$",parentSchema:schema55.properties.name,data:data2};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.properties.name.type,parentSchema:schema55.properties.name,data:data2};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.description !== undefined){
let data3 = data.description;
if(typeof data3 !== "string"){
const err12 = {instancePath:instancePath+"/description",schemaPath:"#/definitions/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema77.type,parentSchema:schema77,data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.fhirVersion !== undefined){
let data4 = data.fhirVersion;
if(typeof data4 !== "string"){
const err13 = {instancePath:instancePath+"/fhirVersion",schemaPath:"#/properties/fhirVersion/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.properties.fhirVersion.type,parentSchema:schema55.properties.fhirVersion,data:data4};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(!(data4 === "4.0")){
const err14 = {instancePath:instancePath+"/fhirVersion",schemaPath:"#/properties/fhirVersion/enum",keyword:"enum",params:{allowedValues: schema55.properties.fhirVersion.enum},message:"must be equal to one of the allowed values",schema:schema55.properties.fhirVersion.enum,parentSchema:schema55.properties.fhirVersion,data:data4};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.settings !== undefined){
let data5 = data.settings;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
for(const key1 in data5){
const _errs25 = errors;
if(typeof key1 === "string"){
if(!pattern22.test(key1)){
const err15 = {instancePath:instancePath+"/settings",schemaPath:"#/definitions/variableName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]*$",parentSchema:schema78,data:key1,propertyName:key1};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/settings",schemaPath:"#/definitions/variableName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema78.type,parentSchema:schema78,data:key1,propertyName:key1};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
var valid5 = _errs25 === errors;
if(!valid5){
const err17 = {instancePath:instancePath+"/settings",schemaPath:"#/properties/settings/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid",schema:schema55.properties.settings.propertyNames,parentSchema:schema55.properties.settings,data:data5};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
for(const key2 in data5){
if(!(validate56(data5[key2], {instancePath:instancePath+"/settings/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data5,parentDataProperty:key2,rootData}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
errors = vErrors.length;
}
}
}
else {
const err18 = {instancePath:instancePath+"/settings",schemaPath:"#/properties/settings/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema55.properties.settings.type,parentSchema:schema55.properties.settings,data:data5};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.let !== undefined){
let data7 = data.let;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key3 in data7){
const _errs32 = errors;
if(typeof key3 === "string"){
if(!pattern22.test(key3)){
const err19 = {instancePath:instancePath+"/let",schemaPath:"#/definitions/variableName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]*$",parentSchema:schema78,data:key3,propertyName:key3};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
else {
const err20 = {instancePath:instancePath+"/let",schemaPath:"#/definitions/variableName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema78.type,parentSchema:schema78,data:key3,propertyName:key3};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
var valid8 = _errs32 === errors;
if(!valid8){
const err21 = {instancePath:instancePath+"/let",schemaPath:"#/properties/let/propertyNames",keyword:"propertyNames",params:{propertyName: key3},message:"property name must be valid",schema:schema55.properties.let.propertyNames,parentSchema:schema55.properties.let,data:data7};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
for(const key4 in data7){
let data8 = data7[key4];
if((typeof data8 !== "string") && (!(data8 && typeof data8 == "object" && !Array.isArray(data8)))){
const err22 = {instancePath:instancePath+"/let/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/let/additionalProperties/type",keyword:"type",params:{type: schema55.properties.let.additionalProperties.type},message:"must be string,object",schema:schema55.properties.let.additionalProperties.type,parentSchema:schema55.properties.let.additionalProperties,data:data8};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(typeof data8 === "string"){
if(func3(data8) < 1){
const err23 = {instancePath:instancePath+"/let/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/let/additionalProperties/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema55.properties.let.additionalProperties,data:data8};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
for(const key5 in data8){
if(!(((((key5 === "tag") || (key5 === "codes")) || (key5 === "table")) || (key5 === "default")) || (key5 === "required"))){
const err24 = {instancePath:instancePath+"/let/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/let/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema55.properties.let.additionalProperties,data:data8};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data8.tag !== undefined){
let data9 = data8.tag;
if(typeof data9 === "string"){
if(func3(data9) < 1){
const err25 = {instancePath:instancePath+"/let/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/tag",schemaPath:"#/properties/let/additionalProperties/properties/tag/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema55.properties.let.additionalProperties.properties.tag,data:data9};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
else {
const err26 = {instancePath:instancePath+"/let/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/tag",schemaPath:"#/properties/let/additionalProperties/properties/tag/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.properties.let.additionalProperties.properties.tag.type,parentSchema:schema55.properties.let.additionalProperties.properties.tag,data:data9};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data8.codes !== undefined){
let data10 = data8.codes;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
if(Object.keys(data10).length < 1){
const err27 = {instancePath:instancePath+"/let/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/codes",schemaPath:"#/definitions/rule/properties/codes/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema82,data:data10};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
for(const key6 in data10){
let data11 = data10[key6];
if(typeof data11 !== "string"){
const err28 = {instancePath:instancePath+"/let/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/codes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/rule/properties/codes/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema82.additionalProperties.type,parentSchema:schema82.additionalProperties,data:data11};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath:instancePath+"/let/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/codes",schemaPath:"#/definitions/rule/properties/codes/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema82.type,parentSchema:schema82,data:data10};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data8.table !== undefined){
let data12 = data8.table;
if(typeof data12 === "string"){
if(!pattern24.test(data12)){
const err30 = {instancePath:instancePath+"/let/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/table",schemaPath:"#/definitions/rule/properties/table/pattern",keyword:"pattern",params:{pattern: "\\.(csv|ya?ml)$"},message:"must match pattern \""+"\\.(csv|ya?ml)$"+"\"",schema:"\\.(csv|ya?ml)$",parentSchema:schema83,data:data12};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
else {
const err31 = {instancePath:instancePath+"/let/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/table",schemaPath:"#/definitions/rule/properties/table/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema83.type,parentSchema:schema83,data:data12};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data8.default !== undefined){
let data13 = data8.default;
if(typeof data13 === "string"){
if(func3(data13) < 1){
const err32 = {instancePath:instancePath+"/let/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/default",schemaPath:"#/definitions/operand/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema84,data:data13};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
else {
const err33 = {instancePath:instancePath+"/let/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/default",schemaPath:"#/definitions/operand/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema84.type,parentSchema:schema84,data:data13};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data8.required !== undefined){
let data14 = data8.required;
if(typeof data14 !== "boolean"){
const err34 = {instancePath:instancePath+"/let/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/required",schemaPath:"#/properties/let/additionalProperties/properties/required/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema55.properties.let.additionalProperties.properties.required.type,parentSchema:schema55.properties.let.additionalProperties.properties.required,data:data14};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
}
}
else {
const err35 = {instancePath:instancePath+"/let",schemaPath:"#/properties/let/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema55.properties.let.type,parentSchema:schema55.properties.let,data:data7};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data.identity !== undefined){
let data15 = data.identity;
if(typeof data15 === "string"){
if(func3(data15) < 1){
const err36 = {instancePath:instancePath+"/identity",schemaPath:"#/definitions/identity/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema62,data:data15};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/identity",schemaPath:"#/definitions/identity/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema62.type,parentSchema:schema62,data:data15};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data.adopt !== undefined){
let data16 = data.adopt;
if(Array.isArray(data16)){
if(data16.length < 1){
const err38 = {instancePath:instancePath+"/adopt",schemaPath:"#/properties/adopt/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema55.properties.adopt,data:data16};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
const len0 = data16.length;
for(let i0=0; i0<len0; i0++){
let data17 = data16[i0];
if(typeof data17 === "string"){
if(func3(data17) < 1){
const err39 = {instancePath:instancePath+"/adopt/" + i0,schemaPath:"#/properties/adopt/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema55.properties.adopt.items,data:data17};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
else {
const err40 = {instancePath:instancePath+"/adopt/" + i0,schemaPath:"#/properties/adopt/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.properties.adopt.items.type,parentSchema:schema55.properties.adopt.items,data:data17};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
let i1 = data16.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data16[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err41 = {instancePath:instancePath+"/adopt",schemaPath:"#/properties/adopt/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)",schema:true,parentSchema:schema55.properties.adopt,data:data16};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
break;
}
indices0[item0] = i1;
}
}
}
else {
const err42 = {instancePath:instancePath+"/adopt",schemaPath:"#/properties/adopt/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema55.properties.adopt.type,parentSchema:schema55.properties.adopt,data:data16};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data.create !== undefined){
let data18 = data.create;
if((typeof data18 !== "boolean") && (typeof data18 !== "string")){
const err43 = {instancePath:instancePath+"/create",schemaPath:"#/properties/create/type",keyword:"type",params:{type: schema55.properties.create.type},message:"must be boolean,string",schema:schema55.properties.create.type,parentSchema:schema55.properties.create,data:data18};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if(typeof data18 === "string"){
if(!pattern25.test(data18)){
const err44 = {instancePath:instancePath+"/create",schemaPath:"#/properties/create/pattern",keyword:"pattern",params:{pattern: "^%[A-Za-z_]"},message:"must match pattern \""+"^%[A-Za-z_]"+"\"",schema:"^%[A-Za-z_]",parentSchema:schema55.properties.create,data:data18};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
}
if(data.when !== undefined){
let data19 = data.when;
if(typeof data19 === "string"){
if(func3(data19) < 1){
const err45 = {instancePath:instancePath+"/when",schemaPath:"#/definitions/jsonata/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema86,data:data19};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
else {
const err46 = {instancePath:instancePath+"/when",schemaPath:"#/definitions/jsonata/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema86.type,parentSchema:schema86,data:data19};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data.authority !== undefined){
let data20 = data.authority;
if(typeof data20 === "string"){
if(func3(data20) < 1){
const err47 = {instancePath:instancePath+"/authority",schemaPath:"#/properties/authority/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema55.properties.authority,data:data20};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
else {
const err48 = {instancePath:instancePath+"/authority",schemaPath:"#/properties/authority/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.properties.authority.type,parentSchema:schema55.properties.authority,data:data20};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data.forEach !== undefined){
let data21 = data.forEach;
if(typeof data21 === "string"){
if(func3(data21) < 1){
const err49 = {instancePath:instancePath+"/forEach",schemaPath:"#/properties/forEach/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema55.properties.forEach,data:data21};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
else {
const err50 = {instancePath:instancePath+"/forEach",schemaPath:"#/properties/forEach/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.properties.forEach.type,parentSchema:schema55.properties.forEach,data:data21};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data.instanceRule !== undefined){
let data22 = data.instanceRule;
if(typeof data22 === "string"){
if(func3(data22) < 1){
const err51 = {instancePath:instancePath+"/instanceRule",schemaPath:"#/properties/instanceRule/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema55.properties.instanceRule,data:data22};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
else {
const err52 = {instancePath:instancePath+"/instanceRule",schemaPath:"#/properties/instanceRule/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.properties.instanceRule.type,parentSchema:schema55.properties.instanceRule,data:data22};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data.onDelete !== undefined){
let data23 = data.onDelete;
if(!((data23 === "removeItem") || (data23 === "delete"))){
const err53 = {instancePath:instancePath+"/onDelete",schemaPath:"#/properties/onDelete/enum",keyword:"enum",params:{allowedValues: schema55.properties.onDelete.enum},message:"must be equal to one of the allowed values",schema:schema55.properties.onDelete.enum,parentSchema:schema55.properties.onDelete,data:data23};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data.whenEmpty !== undefined){
let data24 = data.whenEmpty;
if(!(data24 === "delete")){
const err54 = {instancePath:instancePath+"/whenEmpty",schemaPath:"#/properties/whenEmpty/enum",keyword:"enum",params:{allowedValues: schema55.properties.whenEmpty.enum},message:"must be equal to one of the allowed values",schema:schema55.properties.whenEmpty.enum,parentSchema:schema55.properties.whenEmpty,data:data24};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data.owned !== undefined){
let data25 = data.owned;
if(typeof data25 === "string"){
if(func3(data25) < 1){
const err55 = {instancePath:instancePath+"/owned",schemaPath:"#/properties/owned/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema55.properties.owned,data:data25};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
else {
const err56 = {instancePath:instancePath+"/owned",schemaPath:"#/properties/owned/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.properties.owned.type,parentSchema:schema55.properties.owned,data:data25};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data.rules !== undefined){
if(!(validate58(data.rules, {instancePath:instancePath+"/rules",parentData:data,parentDataProperty:"rules",rootData}))){
vErrors = vErrors === null ? validate58.errors : vErrors.concat(validate58.errors);
errors = vErrors.length;
}
}
if(data.lists !== undefined){
if(!(validate64(data.lists, {instancePath:instancePath+"/lists",parentData:data,parentDataProperty:"lists",rootData}))){
vErrors = vErrors === null ? validate64.errors : vErrors.concat(validate64.errors);
errors = vErrors.length;
}
}
if(data.assert !== undefined){
let data28 = data.assert;
if(data28 && typeof data28 == "object" && !Array.isArray(data28)){
for(const key7 in data28){
const _errs81 = errors;
if(typeof key7 === "string"){
if(!pattern21.test(key7)){
const err57 = {instancePath:instancePath+"/assert",schemaPath:"#/definitions/ruleName/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_-]*$"},message:"must match pattern \""+"^[A-Za-z][A-Za-z0-9_-]*$"+"\"",schema:"^[A-Za-z][A-Za-z0-9_-]*$",parentSchema:schema88,data:key7,propertyName:key7};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
else {
const err58 = {instancePath:instancePath+"/assert",schemaPath:"#/definitions/ruleName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema88.type,parentSchema:schema88,data:key7,propertyName:key7};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
var valid21 = _errs81 === errors;
if(!valid21){
const err59 = {instancePath:instancePath+"/assert",schemaPath:"#/properties/assert/propertyNames",keyword:"propertyNames",params:{propertyName: key7},message:"property name must be valid",schema:schema55.properties.assert.propertyNames,parentSchema:schema55.properties.assert,data:data28};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
for(const key8 in data28){
if(!(validate69(data28[key8], {instancePath:instancePath+"/assert/" + key8.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data28,parentDataProperty:key8,rootData}))){
vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
errors = vErrors.length;
}
}
}
else {
const err60 = {instancePath:instancePath+"/assert",schemaPath:"#/properties/assert/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema55.properties.assert.type,parentSchema:schema55.properties.assert,data:data28};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
}
else {
const err61 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema55.type,parentSchema:schema55,data};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
validate33.errors = vErrors;
return errors === 0;
}

const validate4 = validate71;
const schema105 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"urn:dicomcast:schema:table","title":"table","description":"DICOM value to FHIR code, for table: in a mapping file.","type":"object","minProperties":1,"additionalProperties":{"title":"row","description":"The FHIR code for this DICOM value, as text or with its system and display.","type":["string","object"],"required":["code"],"additionalProperties":false,"properties":{"code":{"title":"code","description":"The code, in quotes where it is a number.","type":"string","minLength":1,"examples":["51185008"]},"system":{"title":"system","description":"The code system. Default: system: of the rule.","type":"string","minLength":1,"examples":["http://snomed.info/sct"]},"display":{"title":"display","description":"The code in words.","type":"string","minLength":1,"examples":["Thoracic structure"]}},"examples":["male",{"code":"51185008","system":"http://snomed.info/sct","display":"Thoracic structure"}]},"examples":[{"CHEST":{"code":"51185008","system":"http://snomed.info/sct"},"M":"male"}]};

function validate71(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="urn:dicomcast:schema:table" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(Object.keys(data).length < 1){
const err0 = {instancePath,schemaPath:"#/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema105,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
let data0 = data[key0];
if((typeof data0 !== "string") && (!(data0 && typeof data0 == "object" && !Array.isArray(data0)))){
const err1 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/type",keyword:"type",params:{type: schema105.additionalProperties.type},message:"must be string,object",schema:schema105.additionalProperties.type,parentSchema:schema105.additionalProperties,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.code === undefined){
const err2 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/required",keyword:"required",params:{missingProperty: "code"},message:"must have required property '"+"code"+"'",schema:schema105.additionalProperties.required,parentSchema:schema105.additionalProperties,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key1 in data0){
if(!(((key1 === "code") || (key1 === "system")) || (key1 === "display"))){
const err3 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema105.additionalProperties,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data0.code !== undefined){
let data1 = data0.code;
if(typeof data1 === "string"){
if(func3(data1) < 1){
const err4 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/code",schemaPath:"#/additionalProperties/properties/code/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema105.additionalProperties.properties.code,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/code",schemaPath:"#/additionalProperties/properties/code/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema105.additionalProperties.properties.code.type,parentSchema:schema105.additionalProperties.properties.code,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data0.system !== undefined){
let data2 = data0.system;
if(typeof data2 === "string"){
if(func3(data2) < 1){
const err6 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/system",schemaPath:"#/additionalProperties/properties/system/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema105.additionalProperties.properties.system,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/system",schemaPath:"#/additionalProperties/properties/system/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema105.additionalProperties.properties.system.type,parentSchema:schema105.additionalProperties.properties.system,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data0.display !== undefined){
let data3 = data0.display;
if(typeof data3 === "string"){
if(func3(data3) < 1){
const err8 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/display",schemaPath:"#/additionalProperties/properties/display/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema105.additionalProperties.properties.display,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/display",schemaPath:"#/additionalProperties/properties/display/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema105.additionalProperties.properties.display.type,parentSchema:schema105.additionalProperties.properties.display,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
}
}
else {
const err10 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema105.type,parentSchema:schema105,data};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
validate71.errors = vErrors;
return errors === 0;
}

export const validators = {
  "urn:dicomcast:schema:change-feed-entry": { validate: validate0, digest: "02063c728dec2c791fd39c4dd2fc03b7a7171e2de787bcae7add05c878945f22" },
  "urn:dicomcast:schema:config": { validate: validate1, digest: "2c36a0b594ea1e3979457612adc9dbdfbbde10c95445e5b61bb3ec5473f43859" },
  "urn:dicomcast:schema:mapping-test": { validate: validate2, digest: "59369d80b0c064ad4c8166553215dd9c8cdfa15a79a7ab23a2c369819f8d9f17" },
  "urn:dicomcast:schema:mapping": { validate: validate3, digest: "61f412d9d4f641d2f1a87cb16e7fbe6b3d33d091c718dc80807c52952dea1181" },
  "urn:dicomcast:schema:table": { validate: validate4, digest: "b7a8a8842180867312c316ab84b6d71440e5b5ac0dec29ab444e3c86ab0210ec" },
};

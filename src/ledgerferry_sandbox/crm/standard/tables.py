"""The standard fields, module by module; `catalogue` says how to read a line."""

COMMON = """
Owner ownerlookup
Created_By ownerlookup ~
Modified_By ownerlookup ~
Created_Time datetime ~
Modified_Time datetime ~
Last_Activity_Time datetime ~
Tag text ~ 2000
Layout bigint ~
Currency picklist =currency !GBP
Exchange_Rate double .9
Description textarea
Record_Image profileimage ~
Locked__s boolean ~
"""
_ADDRESS = """
{0}_Street text 250
{0}_City text 100
{0}_State text 100
{0}_Code text 30
{0}_Country text 100
"""
TRANSACTION = (
    """
Sub_Total currency ~
Discount currency
Tax currency ~
Adjustment currency
Grand_Total currency ~
Terms_and_Conditions textarea
"""
    + _ADDRESS.format("Billing").lstrip("\n")
    + _ADDRESS.format("Shipping").lstrip("\n")
)
_LINES = """
Product_Name lookup * >Products
Quantity double *
List_Price currency
Total currency ~
Discount currency
Total_After_Discount currency ~
Tax currency ~
Net_Total currency ~
Description textarea
Line_Tax linetax
Parent_Id lookup ~ >{0}
Sequence_Number integer ~
Created_Time datetime ~
Modified_Time datetime ~
"""
_PERSON = """
Salutation picklist =salutation
First_Name text 40
Last_Name text * 80
Full_Name text ~ 120
Email email
Secondary_Email email
Phone phone
Mobile phone
Fax phone
Email_Opt_Out boolean
Skype_ID text 50
Twitter text 50
Lead_Source picklist =source
"""
_ACTIVITY = """
Who_Id lookup >Contacts:Activities
What_Id lookup >
Description textarea
Owner ownerlookup
Created_By ownerlookup ~
Modified_By ownerlookup ~
Created_Time datetime ~
Modified_Time datetime ~
Tag text ~ 2000
"""

TABLES = {
    "Leads": _PERSON
    + """
Company text 200
Designation text 100
Website website
Lead_Status picklist =lead_status
Industry picklist =industry
Rating picklist =rating
Annual_Revenue currency
No_of_Employees integer
Street text 250
City text 100
State text 100
Zip_Code text 30
Country text 100
Converted__s boolean ~
Converted_Account lookup ~ >Accounts
Converted_Contact lookup ~ >Contacts
Converted_Deal lookup ~ >Deals
@common
""",
    "Accounts": """
Account_Name text * 200
Phone phone
Fax phone
Website website
Account_Number bigint
Account_Site text 80
Account_Type picklist =account_type
Industry picklist =industry
Ownership picklist =ownership
Rating picklist =rating
Annual_Revenue currency
Employees integer
SIC_Code integer
Ticker_Symbol text 30
Parent_Account lookup >Accounts:Member_Accounts
"""
    + _ADDRESS.format("Billing").lstrip("\n")
    + _ADDRESS.format("Shipping").lstrip("\n")
    + "@common",
    "Contacts": _PERSON
    + """
Account_Name lookup >Accounts:Contacts
Vendor_Name lookup >Vendors:Contacts
Title text 100
Department text 50
Home_Phone phone
Other_Phone phone
Assistant text 50
Date_of_Birth date
Reporting_To lookup >Contacts
"""
    + _ADDRESS.format("Mailing").lstrip("\n").replace("Mailing_Code", "Mailing_Zip")
    + _ADDRESS.format("Other").lstrip("\n").replace("Other_Code", "Other_Zip")
    + "@common",
    "Deals": """
Deal_Name text * 120
Account_Name lookup >Accounts:Deals
Contact_Name lookup >Contacts:Deals
Amount currency
Closing_Date date
Pipeline picklist =pipeline
Stage picklist * =stage
Type picklist =deal_type
Probability integer
Expected_Revenue currency ~
Next_Step text 100
Lead_Source picklist =source
Campaign_Source lookup >Campaigns:Deals
@common
""",
    "Tasks": """
Subject text * 255
Due_Date date
Status picklist =task_status !Not_Started
Priority picklist =priority
Closed_Time datetime ~
Send_Notification_Email boolean
"""
    + _ACTIVITY.lstrip("\n"),
    "Events": """
Event_Title text * 255
Start_DateTime datetime *
End_DateTime datetime *
All_day boolean
Venue text 255
"""
    + _ACTIVITY.lstrip("\n"),
    "Calls": """
Subject text * 255
Call_Type picklist * =call_type
Call_Start_Time datetime *
Call_Duration text 20
Call_Purpose picklist =call_purpose
Call_Result text 255
"""
    + _ACTIVITY.lstrip("\n"),
    "Campaigns": """
Campaign_Name text * 200
Type picklist =campaign_type
Status picklist =campaign_status
Start_Date date
End_Date date
Expected_Revenue currency
Budgeted_Cost currency
Actual_Cost currency
Num_sent bigint
@common
""",
    "Products": """
Product_Name text * 200
Product_Code text 200
Product_Active boolean
Product_Category picklist =product_category
Vendor_Name lookup >Vendors:Products
Manufacturer text 120
Unit_Price currency
Usage_Unit picklist =usage_unit
Qty_in_Stock double
Qty_Ordered double
Reorder_Level double
Commission_Rate currency
Taxable boolean
Sales_Start_Date date
Sales_End_Date date
@common
""",
    "Vendors": """
Vendor_Name text * 200
Phone phone
Email email
Website website
GL_Account picklist =gl_account
Category text 50
Street text 250
City text 100
State text 100
Zip_Code text 30
Country text 100
@common
""",
    "Quotes": """
Subject text * 100
Quote_Number bigint ~
Quote_Stage picklist =quote_stage !Draft
Deal_Name lookup >Deals:Quotes
Account_Name lookup >Accounts:Quotes
Contact_Name lookup >Contacts:Quotes
Valid_Till date
Team text 50
Carrier picklist =carrier
Quoted_Items subform * [Quoted_Items]
@transaction
@common
""",
    "Sales_Orders": """
Subject text * 100
SO_Number bigint ~
Status picklist =order_status !Created
Purchase_Order text 100
Customer_No text 100
Deal_Name lookup >Deals:SalesOrders
Quote_Name lookup >Quotes:SalesOrders
Account_Name lookup >Accounts:SalesOrders
Contact_Name lookup >Contacts:SalesOrders
Due_Date date
Pending text 100
Carrier picklist =carrier
Excise_Duty currency
Sales_Commission currency
Ordered_Items subform * [Ordered_Items]
@transaction
@common
""",
    "Purchase_Orders": """
Subject text * 100
PO_Number text 100
PO_Date date
Status picklist =order_status !Created
Vendor_Name lookup * >Vendors:Purchase_Orders
Contact_Name lookup >Contacts:Purchase_Orders
Requisition_No text 100
Tracking_Number text 100
Due_Date date
Carrier picklist =carrier
Excise_Duty currency
Sales_Commission currency
Purchase_Items subform * [Purchase_Items]
@transaction
@common
""",
    "Invoices": """
Subject text * 100
Invoice_Number bigint ~
Status picklist =invoice_status !Created
Invoice_Date date
Due_Date date
Purchase_Order text 100
Sales_Order lookup >Sales_Orders:Invoices
Deal_Name__s lookup >Deals:Invoices
Account_Name lookup >Accounts:Invoices
Contact_Name lookup >Contacts:Invoices
Excise_Duty currency
Sales_Commission currency
Invoiced_Items subform * [Invoiced_Items]
@transaction
@common
""",
    "Notes": """
Note_Title text 120
Note_Content textarea
Parent_Id lookup * >
Owner ownerlookup
Created_By ownerlookup ~
Modified_By ownerlookup ~
Created_Time datetime ~
Modified_Time datetime ~
""",
    "Attachments": """
File_Name text 120 ~
Size bigint ~
Parent_Id lookup ~ >
Owner ownerlookup
Created_By ownerlookup ~
Modified_By ownerlookup ~
Created_Time datetime ~
Modified_Time datetime ~
""",
    "Subscriptions": """
Name text * 120
Account lookup >Accounts:Subscriptions
Fee currency
Started date
Email email
Papers fileupload
@common
""",
    "Quoted_Items": _LINES.format("Quotes"),
    "Ordered_Items": _LINES.format("Sales_Orders"),
    "Purchase_Items": _LINES.format("Purchase_Orders"),
    "Invoiced_Items": _LINES.format("Invoices"),
}
